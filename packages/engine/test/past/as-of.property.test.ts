import type { Value } from "@heliosdb/port";
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

const TABLES: Record<string, string> = {
  a: "CREATE TABLE # (id INTEGER PRIMARY KEY, v TEXT COLLATE NOCASE, n)",
  b: "CREATE TABLE # (id, v, n, PRIMARY KEY (v, id)) WITHOUT ROWID",
  c: "CREATE TABLE # (id, v, n)",
  one: "CREATE TABLE # (id)",
};
const VIEWS: Record<string, string> = {
  joined: "SELECT x.id, y.v, x.n FROM a AS x LEFT JOIN b AS y ON x.id = y.id",
  deep: "WITH a AS (SELECT * FROM joined) SELECT id, v, (SELECT count(*) FROM c) AS n FROM a WHERE id IN one",
  named: "SELECT id, v, n FROM main.a UNION ALL SELECT main.b.id, v, n FROM main.b",
  rowids: "SELECT rowid AS id, v, n FROM c",
  over: "SELECT id, v, n FROM named UNION SELECT id, v, n FROM rowids",
};
const NAMES = [...Object.keys(TABLES), ...Object.keys(VIEWS)];

let db: TestDatabase;
/** Every state as tables of plain SQLite, under names such as "a@7". */
let plain: Database.Database;
const points: number[] = [];
/** What "now" is on each branch. */
const heads = new Map<string, number>();

beforeAll(() => {
  db = new TestDatabase();
  plain = new Database(":memory:");
  db.execute(
    "main",
    ...Object.entries(TABLES).map(([name, text]) => text.replace("#", name)),
    ...Object.entries(VIEWS).map(([name, text]) => `CREATE VIEW ${name} AS ${text}`),
    "CREATE INDEX c_v ON c (v)",
  );
  const commit = (...statements: string[]) => points.push(db.execute("main", ...statements).scn);
  commit("INSERT INTO a VALUES (1, 'x', 1), (2, 'Y', 2)", "INSERT INTO c VALUES (1, 'x', 1), (2, 'y', 2), (3, 'z', 3)");
  commit("INSERT INTO b VALUES (1, 'x', 1), (2, 'y', 2)", "INSERT INTO one VALUES (1), (2), (7)");
  commit("UPDATE a SET v = 'z', n = n + 10 WHERE id = 1", "DELETE FROM c WHERE id = 1");
  commit("DELETE FROM b WHERE v = 'x'", "INSERT INTO a VALUES (3, 'new', 3)", "UPDATE c SET n = 9 WHERE id = 3");
  db.branch("unwritten", "main", { kind: "scn", scn: points[2]! });
  commit("INSERT INTO c VALUES (8, 'X', 8)", "UPDATE one SET id = id + 1", "UPDATE b SET id = 3");
  heads.set("main", points.at(-1)!);
  heads.set("unwritten", points[2]!);
  for (const scn of points) copyState(scn);
});
afterAll(() => {
  plain.close();
  db.dispose();
});

function copyState(scn: number): void {
  for (const [name, text] of Object.entries(TABLES)) {
    plain.exec(text.replace("#", `"${name}@${scn}"`));
    const rowid = name === "c" ? "rowid, " : "";
    const put = `INSERT INTO "${name}@${scn}" (${rowid}${name === "one" ? "id" : "id, v, n"}) VALUES`;
    for (const row of db.at("main", `SELECT ${rowid}* FROM ${name}`, scn)) {
      plain.prepare(`${put} (${row.map(() => "?").join(", ")})`).run(row);
    }
  }
  for (const [name, text] of Object.entries(VIEWS)) {
    const there = text
      .replaceAll(/\bmain\.b\.id\b/g, `"b@${scn}".id`)
      .replaceAll(/\b(FROM|JOIN|IN) (?:main\.)?(\w+)\b(?! WHERE)/g, (whole, word, table) =>
        NAMES.includes(table) ? `${word} "${table}@${scn}"` : whole,
      );
    plain.exec(`CREATE VIEW "${name}@${scn}" AS ${there}`);
  }
}

/** The same piece of a query in both languages, with the values that it binds. */
interface Piece {
  readonly ours: string;
  readonly theirs: (now: number) => string;
  readonly params: readonly Value[];
}

const same = (text: string): Piece => ({ ours: text, theirs: () => text, params: [] });
function piece(strings: TemplateStringsArray, ...parts: (Piece | string)[]): Piece {
  const pieces = parts.map((part) => (typeof part === "string" ? same(part) : part));
  const fill = (text: (part: Piece) => string) =>
    strings.reduce((sum, string, i) => sum + text(pieces[i - 1]!) + string);
  return {
    ours: fill(({ ours }) => ours),
    theirs: (now) => fill(({ theirs }) => theirs(now)),
    params: pieces.flatMap(({ params }) => params),
  };
}

const point = fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 2 }));
const form = fc.constantFrom("SCN #", "TRANSACTION #", "scn ?", "SCN /* , */ #");

/** A table or view, now or at a point in time, called `alias`; `named` keeps its own name where it has no other. */
function table(names: readonly string[], alias: string): fc.Arbitrary<Piece> {
  return fc
    .tuple(fc.constantFrom(...names), point, form, fc.constantFrom("", "main."), fc.constantFrom(" ", " AS "))
    .map(([name, at, text, schema, as]) => {
      const scn = () => points[at!]!;
      const isBound = text.endsWith("?");
      return {
        get ours() {
          const asOf = at === null ? "" : ` AS OF ${text.replace("#", String(scn()))}`;
          return `${schema}${name}${asOf}${alias === "" ? "" : as + alias}`;
        },
        theirs: (now: number) => `"${name}@${at === null ? now : scn()}"${alias === "" ? "" : as + alias}`,
        get params() {
          return at !== null && isBound ? [BigInt(scn())] : [];
        },
      };
    });
}

const WIDE = NAMES.filter((name) => name !== "one");
const source = (alias: string): fc.Arbitrary<Piece> =>
  fc.oneof(
    { weight: 5, arbitrary: table(WIDE, alias) },
    table(WIDE, "").map((inner) => piece`(${inner}) AS ${alias}`),
    table(WIDE, "i").map((inner) => piece`(SELECT i.* FROM ${inner} WHERE i.id > 1) AS ${alias}`),
    fc
      .tuple(table(WIDE, "i"), table(WIDE, "j"))
      .map(([i, j]) => piece`(SELECT i.id, j.v, i.n FROM (${i}, ${j}) WHERE i.id = j.id) AS ${alias}`),
    table(WIDE, "i").map((inner) => piece`(WITH q AS (SELECT * FROM ${inner}) SELECT id, v, n FROM q) ${alias}`),
  );
const condition: fc.Arbitrary<Piece> = fc.oneof(
  fc.constant(same("x.id = y.id")),
  fc.constant(same("x.v IS NOT DISTINCT FROM y.v")),
  table(WIDE, "k").map((k) => piece`EXISTS (SELECT 1 FROM ${k} WHERE k.id = x.id AND k.n >= y.n)`),
  table(WIDE, "").map((k) => piece`x.v IN (SELECT v FROM ${k})`),
  table(["one"], "").map((k) => piece`x.id IN ${k}`),
  table(["one"], "").map((k) => piece`y.id NOT IN ${k} AND x.n > 0`),
);
const join = fc.constantFrom(", ", " JOIN ", " CROSS JOIN ", " LEFT JOIN ");
const query: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .tuple(source("x"), join, source("y"), condition, table(WIDE, ""), condition, fc.boolean())
    .map(([x, by, y, on, count, where, isCounted]) => {
      const clause = by === ", " ? same("") : piece` ON ${on}`;
      const third = isCounted ? piece`(SELECT count(*) FROM ${count})` : same("1");
      return piece`SELECT x.id, y.v, x.n, ${third} FROM ${x}${by}${y}${clause} WHERE ${where}`;
    }),
  fc
    .tuple(source("i"), table(WIDE, "y"), table(["one"], "z"), condition)
    .map(([i, y, z, on]) => piece`WITH x AS (SELECT * FROM ${i}) SELECT * FROM x JOIN ${y} ON ${on}, ${z}`),
  fc.tuple(source("x"), source("x")).map(([x, y]) => piece`SELECT id, v, n FROM ${x} UNION ALL SELECT * FROM ${y}`),
);

it("a query with AS OF answers as it does over tables made of those states", () => {
  let count = 0;
  fc.assert(
    fc.property(query, fc.constantFrom("main", "unwritten"), ({ ours, theirs, params }, branch) => {
      count++;
      const wanted = plain
        .prepare(theirs(heads.get(branch)!))
        .raw()
        .all();
      const given = db.query(branch, ours, undefined, [...params]).rows;
      const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
      expect(sorted(given)).toEqual(sorted(wanted));
    }),
    { numRuns: 300 },
  );
  expect(count).toBeGreaterThan(100);
});
