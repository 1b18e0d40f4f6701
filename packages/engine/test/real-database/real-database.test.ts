import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf } from "../support/test-database.js";
import { load, publishedFile } from "./published.js";
import { listingsOf, type RecordedState, Twin } from "./twin.js";

const twin = new Twin();
/** Five earlier states, by what had happened. */
const points = new Map<string, RecordedState>();

const columnsOf = (table: string) =>
  twin.of("main").prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0").pluck().all(table) as string[];
/** Copies rows of an authority to one of our own, in a table or through a view. */
const copyOf = (table: string, which: string, changed: Record<string, string>) => {
  const columns = columnsOf(table);
  const values = columns.map((column) => changed[column] ?? column).join(", ");
  return `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} FROM ${table} WHERE ${which}`;
};

/** What the branch does; none of it touches what main does, so that it can be played after it as well. */
let survey: string[][];
/** What main does meanwhile. */
let meanwhile: string[][];

beforeAll(() => {
  const file = publishedFile();
  load(twin.db, file);
  twin.begin("main", file);
  survey = [
    // Cascades go through ellipsoids, datums and systems, six tables deep.
    ["DELETE FROM celestial_body WHERE name IN ('Mars', 'Venus')"],
    ["UPDATE extent SET name = name || ' (surveyed)' WHERE auth_name = 'EPSG' AND code % 7 = 0"],
    [
      "ALTER TABLE extent ADD COLUMN surveyed TEXT DEFAULT 'never'",
      "UPDATE extent SET surveyed = 'lately' WHERE auth_name = 'EPSG' AND code BETWEEN 1000 AND 1500",
      "ALTER TABLE scope RENAME COLUMN scope TO purpose",
    ],
    [
      copyOf("conversion", "auth_name = 'EPSG' AND code BETWEEN 16001 AND 16060", { auth_name: "'OURS'" }),
      copyOf("projected_crs", "auth_name = 'EPSG' AND code BETWEEN 32601 AND 32660", {
        auth_name: "'OURS'",
        conversion_auth_name: "'OURS'",
      }),
      "INSERT INTO usage SELECT NULL, NULL, 'projected_crs', 'OURS', code, 'EPSG', 1262, 'EPSG', 1026 FROM projected_crs WHERE auth_name = 'OURS'",
    ],
    [
      `CREATE TABLE review (id INTEGER PRIMARY KEY, auth_name TEXT, code INTEGER_OR_TEXT, was TEXT,
         FOREIGN KEY (auth_name, code) REFERENCES ellipsoid ON DELETE CASCADE)`,
      `CREATE TRIGGER reviewed AFTER UPDATE OF name ON ellipsoid BEGIN
         INSERT INTO review (auth_name, code, was) VALUES (old.auth_name, old.code, old.name); END`,
    ],
    ["UPDATE ellipsoid SET name = upper(name) WHERE auth_name = 'EPSG' AND code % 3 = 0"],
    [
      "DROP VIEW authority_list",
      "CREATE VIEW authority_list AS SELECT auth_name, count(*) AS objects FROM object_view GROUP BY 1",
    ],
    ["DELETE FROM alias_name WHERE source = 'EPSG_OLD'", "DROP TABLE versioned_auth_name_mapping"],
  ];
  meanwhile = [
    ["DELETE FROM celestial_body WHERE name IN ('Pluto', 'Titan')"],
    ["UPDATE extent SET description = upper(description) WHERE auth_name = 'EPSG' AND code % 5 = 0"],
    [
      "ALTER TABLE ellipsoid ADD COLUMN checked INTEGER NOT NULL DEFAULT 0",
      "UPDATE ellipsoid SET checked = 1 WHERE auth_name = 'EPSG'",
      "ALTER TABLE supersession RENAME TO replacement",
      "CREATE INDEX replacement_by_source ON replacement (source)",
    ],
    ["UPDATE projected_crs SET deprecated = 1 - deprecated WHERE auth_name = 'EPSG' AND code % 4 = 0 AND code < 32000"],
    [
      "DELETE FROM usage WHERE scope_auth_name = 'EPSG' AND scope_code = 1024",
      "UPDATE alias_name SET source = lower(source) WHERE source = 'ESRI_OLD'",
    ],
    ["DROP TRIGGER deprecation_insert_trigger", "DELETE FROM deprecation WHERE source = 'ESRI'"],
  ];
  points.set("as it was loaded", twin.record("main"));
  twin.branch("survey");
  for (const [i, statements] of survey.entries()) {
    twin.run("survey", ...statements);
    if (i === 2) points.set("on the branch, when its schema had changed", twin.record("survey"));
  }
  for (const [i, statements] of meanwhile.entries()) {
    twin.run("main", ...statements);
    if (i === 1) points.set("on main, before its schema changed", twin.record("main"));
  }
  points.set("on main, before the merge", twin.record("main"));
  points.set("on the branch, before the merge", twin.record("survey"));
});
afterAll(() => twin.dispose());

describe("a database that many programs use", () => {
  it("is large and has everything that matters", () => {
    const plain = new Database(publishedFile());
    const count = (type: string) =>
      plain
        .prepare("SELECT count(*) FROM sqlite_schema WHERE type = ? AND sql IS NOT NULL")
        .pluck()
        .get(type) as number;
    expect(listingsOf(plain).filter(({ type }) => type === "table").length).toBeGreaterThanOrEqual(39);
    expect([count("view"), count("trigger")]).toEqual([7, 37]);
    plain.close();
  });

  it("refuses what the database's own triggers, checks and references refuse", () => {
    const { db } = twin;
    db.branch("refusals");
    twin.begin("refusals", "main");
    const alias = "INSERT INTO alias_name VALUES ('ellipsoid', 'EPSG', 1, 'none such', 'OURS')";
    expect(twin.refused("refusals", alias)).toBe("SQL_ERROR");
    expect(twin.refused("refusals", "UPDATE extent SET south_lat = -100")).toBe("CHECK_VIOLATION");
    expect(twin.refused("refusals", "UPDATE ellipsoid SET uom_code = -1 WHERE code = 7030")).toBe(
      "FOREIGN_KEY_VIOLATION",
    );
    expect(twin.refused("refusals", "UPDATE metadata SET key = 'x'")).toBe("UNIQUE_VIOLATION");
  });

  it("is read as plain SQLite had it at five earlier states", () => {
    expect([...points.keys()]).toHaveLength(5);
    for (const point of points.values()) twin.expectSame(point);
  });

  it("merges what both sides did into what plain SQLite gives when one does it after the other", () => {
    const { db } = twin;
    const result = db.merge("survey", "main", "manual");
    expect(result).toMatchObject({ changed: true, conflictCount: 0 });
    for (const statements of survey) twin.replay("main", ...statements);
    twin.expectSame(twin.record("main"), { kind: "now" });
    expect(db.merge("survey", "main", "manual")).toMatchObject({ merged: 0, changed: false });
    db.merge("main", "survey", "manual");
    twin.begin("survey", "main");
    twin.expectSame(twin.record("survey"), { kind: "now" });
  });

  it("settles conflicts by strategy, and lists them where none is given", () => {
    const { db } = twin;
    const theirs = [
      "UPDATE unit_of_measure SET name = 'survey metre' WHERE auth_name = 'EPSG' AND code = 9001",
      "DELETE FROM metadata WHERE key = 'IGNF.DATE'",
    ];
    const ours = [
      "UPDATE unit_of_measure SET name = 'main metre' WHERE auth_name = 'EPSG' AND code = 9001",
      "UPDATE metadata SET value = 'today' WHERE key = 'IGNF.DATE'",
    ];
    db.execute("survey", ...theirs);
    twin.run("main", ...ours);
    twin.branch("for-target");
    expect(codeOf(() => db.merge("survey", "main", "manual"))).toBe("MERGE_CONFLICT");
    expect(db.merge("survey", "main", "source").conflicts).toMatchObject([
      { table: "metadata", rowId: "IGNF.DATE", column: null, type: "delete_update" },
      {
        table: "unit_of_measure",
        rowId: '["EPSG",9001]',
        column: "name",
        source: "survey metre",
        target: "main metre",
      },
    ]);
    twin.replay("main", ...theirs);
    twin.expectSame(twin.record("main"), { kind: "now" });
    expect(db.merge("survey", "for-target", "target").conflictCount).toBe(2);
    twin.expectSame(twin.record("for-target"), { kind: "now" });
  });

  it("still shows every earlier state after the merges and after reopening", () => {
    twin.db.reopen();
    for (const point of points.values()) twin.expectSame(point);
  });

  it("can be branched as it was loaded, written, and exported as an ordinary file", () => {
    const loaded = points.get("as it was loaded")!;
    twin.db.branch("again", "main", { kind: "scn", scn: loaded.scn });
    twin.begin("again", publishedFile());
    twin.run("again", "DELETE FROM celestial_body WHERE name = 'Earth'");
    twin.expectSame(twin.record("again"), { kind: "now" });
    const path = twin.db.export("again");
    const file = new Database(path, { readonly: true });
    try {
      expect(file.pragma("integrity_check", { simple: true })).toBe("ok");
      expect(file.pragma("foreign_key_check")).toEqual([]);
      expect(listingsOf(file)).toEqual(listingsOf(twin.of("again")));
    } finally {
      file.close();
      rmSync(path);
    }
  });
});
