import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

/** A pipeline as DataJoint makes it: every tier, a compound key that is handed on, and two parts. */
const DEFINITIONS = [
  `CREATE TABLE "#species" (species VARCHAR(20) PRIMARY KEY, latin TEXT)`,
  `CREATE TABLE subject (subject_id INT, lab VARCHAR(8), species VARCHAR(20) NOT NULL REFERENCES "#species",
   born DATE, weight DECIMAL(6, 3), alive BOOLEAN DEFAULT 1, scan LONGBLOB, PRIMARY KEY (lab, subject_id))`,
  `CREATE TABLE _session (lab VARCHAR(8), subject_id INT, session INT UNSIGNED, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
   code CHAR(4) CONSTRAINT by_code UNIQUE, PRIMARY KEY (lab, subject_id, session),
   CONSTRAINT of_subject FOREIGN KEY (lab, subject_id) REFERENCES subject (lab, subject_id))`,
  `CREATE TABLE _session__trial (lab VARCHAR(8), subject_id INT, session INT UNSIGNED, trial SMALLINT, result REAL,
   kind TEXT NOT NULL CHECK (kind IN ('go', 'stop')), PRIMARY KEY (lab, subject_id, session, trial),
   FOREIGN KEY (lab, subject_id, session) REFERENCES _session, UNIQUE (kind, trial, session))`,
  "CREATE TABLE _session__note (id INTEGER PRIMARY KEY AUTOINCREMENT, lab VARCHAR(8), subject_id INT, session INT, text TEXT, FOREIGN KEY (lab, subject_id, session) REFERENCES _session (lab, subject_id, session))",
  "CREATE UNIQUE INDEX one_note ON _session__note (session, text)",
  `CREATE TABLE "~log" (line)`,
  "CREATE TABLE __spike_count (n BIGINT)",
  "CREATE TABLE lost__part (v INT)",
  `CREATE TABLE "Plain Table" (v)`,
];
const SUBJECT = {
  subject_id: 1,
  lab: "a",
  species: "mouse",
  born: "2020-02-29",
  weight: 20.5,
  alive: true,
  scan: null,
};
const KEY = { lab: "a", subject_id: "1", session: "1" };
const trial = (n: number) => ({ lab: "a", subject_id: 1, session: 1, trial: n, result: n / 4, kind: "go" });
const SESSION = { lab: "a", subject_id: 1, session: 1, at: "2024-05-06 07:08:09", code: "x1" };

let server: TestServer;
let session: HeliumSession;
/** The SCN before anything was changed but by the definitions and the first rows. */
let past: string;

beforeAll(async () => {
  server = await startServer();
  await must(server, "POST", "/v1/branches/main/batch", { statements: DEFINITIONS.map((sql) => ({ sql })) });
  session = await HeliumSession.open(server, "admin", KEYS.admin);
  const inserts = [
    { "#species": [{ species: "mouse", latin: "Mus musculus" }] },
    { subject: [SUBJECT] },
    { _session: [SESSION], _session__trial: [trial(2), trial(1)], _session__note: [] },
  ];
  for (const insert of inserts) expect(await session.insert("main", insert)).toMatchObject({ status: 200, body: {} });
  const { scn } = await must(server, "POST", "/v1/branches/main/query", { sql: "SELECT 1" });
  past = `main@scn:${scn}`;
  await must(server, "POST", "/v1/branches", { name: "dev" });
  await must(server, "POST", "/v1/branches/main/batch", {
    statements: [
      { sql: "DELETE FROM _session__trial" },
      { sql: "INSERT INTO _session__note (lab, subject_id, session, text) VALUES ('a', 1, 1, 'main only')" },
      { sql: "ALTER TABLE subject ADD COLUMN later INT" },
      { sql: "DROP TABLE lost__part" },
    ],
  });
});
afterAll(() => server?.remove());

const name = (raw: string, clean: string, tier: string, master: [string, string] | null = null) => ({
  name: { raw, clean },
  tier,
  masterName: master && { raw: master[0], clean: master[1] },
});

describe.each(["main", "dev", "main@"])("in the schema %s", (place) => {
  const isPast = place !== "main";
  const schema = () => (place === "main@" ? past : place);

  it("tables have DataJoint's names, tiers and masters", async () => {
    const { body } = await session.get([schema()]);
    const ofSession: [string, string] = ["_session", "Session"];
    const expected = [
      name("#species", "Species", "lookup"),
      name("Plain Table", "Plain Table", "unknown"),
      name("__spike_count", "SpikeCount", "computed"),
      name("_session", "Session", "imported"),
      name("_session__note", "Note", "imported", ofSession),
      name("_session__trial", "Trial", "imported", ofSession),
      ...(isPast ? [name("lost__part", "LostPart", "manual")] : []),
      name("subject", "Subject", "manual"),
      name("~log", "Log", "hidden"),
    ];
    expect(body).toEqual(expected.map((each) => ({ schema: schema(), ...each })));
  });

  it("metadata have compound keys in their order, chains resolved and parts", async () => {
    const { body } = await session.get([schema(), "_session__trial"]);
    const columns = ["lab", "subject_id", "session"];
    const to = (table: string, column: string) => ({ schema: schema(), table, column });
    const primary = [...columns, "trial"].map((localColumn) => ({ localColumn, type: "primary", ref: null }));
    expect(body.constraints).toEqual([
      { name: "PRIMARY", type: "primary", constraints: primary },
      {
        name: "_session__trial_ibfk_1",
        type: "foreign",
        constraints: [
          { localColumn: "lab", type: "foreign", ref: to("subject", "lab") },
          { localColumn: "subject_id", type: "foreign", ref: to("subject", "subject_id") },
          { localColumn: "session", type: "foreign", ref: to("_session", "session") },
        ],
      },
      {
        name: "kind",
        type: "unique",
        constraints: ["kind", "trial", "session"].map((localColumn) => ({ localColumn, type: "unique", ref: null })),
      },
    ]);
    expect(body.totalRows).toBe(isPast ? 2 : 0);
    expect(body.headers.map(({ name, type }: { name: string; type: string }) => [name, type])).toEqual([
      ["lab", "string"],
      ["subject_id", "integer"],
      ["session", "integer"],
      ["trial", "integer"],
      ["result", "float"],
      ["kind", "enum"],
    ]);
    const master = (await session.get([schema(), "_session"])).body;
    expect(master.parts.map((part: { name: { raw: string } }) => part.name.raw)).toEqual([
      "_session__note",
      "_session__trial",
    ]);
    expect(master.constraints.map(({ name }: { name: string }) => name)).toEqual(["PRIMARY", "of_subject", "by_code"]);
    expect(master.headers[2]).toMatchObject({ name: "session", signed: false, rawType: "int unsigned" });
    expect(master.headers[3]).toMatchObject({ type: "datetime", defaultValue: { constantName: "CURRENT_TIMESTAMP" } });
    const note = (await session.get([schema(), "_session__note"])).body;
    expect(note.constraints.at(-1)).toMatchObject({ name: "one_note", type: "unique" });
  });

  it("columns are those of the state", async () => {
    const { body } = await session.get([schema(), "subject"]);
    const types = body.headers.map((each: { name: string; type: string }) => `${each.name} ${each.type}`);
    expect(types).toEqual([
      "subject_id integer",
      "lab string",
      "species string",
      "born date",
      "weight float",
      "alive boolean",
      "scan blob",
      ...(isPast ? [] : ["later integer"]),
    ]);
    expect(body.headers[4]).toMatchObject({ rawType: "decimal(6, 3)", numericPrecision: 6, numericScale: 3 });
  });

  it("rows are read, and plucked with their parts", async () => {
    const subject = { ...SUBJECT, alive: 1, ...(isPast ? {} : { later: null }) };
    expect((await session.get([schema(), "subject", "data"])).body).toEqual({ size: 1, data: [subject], totalRows: 1 });
    const note = { id: 1, lab: "a", subject_id: 1, session: 1, text: "main only" };
    expect((await session.get([schema(), "_session", "pluck"], KEY)).body).toEqual({
      _session: [SESSION],
      ...(isPast ? { _session__trial: [trial(1), trial(2)] } : { _session__note: [note] }),
    });
    const trials = await session.get([schema(), "_session__trial", "column", "trial"]);
    expect(trials.body).toEqual(isPast ? [1, 2] : []);
  });

  it("defaults have the next key of the state", async () => {
    const { body } = await session.get([schema(), "_session__note", "defaults"]);
    expect(body).toEqual({ id: isPast ? 1 : 2, lab: null, subject_id: null, session: null, text: null });
  });
});

describe("writing", () => {
  it("goes to a branch and to no other", async () => {
    const insert = { "#species": [{ species: "rat", latin: null }] };
    expect((await session.insert("dev", insert)).status).toBe(200);
    const species = async (schema: string) => (await session.get([schema, "#species", "column", "species"])).body;
    expect(await species("dev")).toEqual(["mouse", "rat"]);
    expect(await species("main")).toEqual(["mouse"]);
  });

  it("into a past state is refused", async () => {
    const { status, body } = await session.insert(past, { "#species": [{ species: "cat", latin: null }] });
    expect(status).toBe(403);
    expect(body.message).toMatch(/is a past state and can't be changed\. Insert into 'main'\./);
  });

  it("of several tables is one commit, or none", async () => {
    const head = async () => (await must(server, "POST", "/v1/branches/dev/query", { sql: "SELECT 1" })).scn;
    const before = await head();
    const next = { ...SESSION, session: 2, code: "x2" };
    const trials = [1, 2].map((n) => ({ ...trial(n), session: 2 }));
    expect((await session.insert("dev", { _session__trial: trials, _session: [next] })).status).toBe(200);
    expect(await head()).toBe(before + 1);
    const { history } = await must(server, "GET", "/v1/branches/dev/history?limit=1");
    expect(history[0].author).toBe("ann");

    const third = { ...SESSION, session: 3, code: "x3" };
    const broken = [
      { ...trial(1), session: 3 },
      { ...trial(1), session: 3, kind: "stop" },
    ];
    const failed = await session.insert("dev", { _session: [third], _session__trial: broken });
    expect([failed.status, failed.body]).toEqual([400, { message: "Cannot insert duplicate entry" }]);
    expect(await head()).toBe(before + 1);
    expect((await session.get(["dev", "_session", "data"])).body.totalRows).toBe(2);
  });
});
