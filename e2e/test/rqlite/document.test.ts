import { afterAll, beforeAll, expect, it } from "vitest";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

/** A command of the document, in its order, with the status and the body of its response; T is any time. */
interface Command {
  readonly command: string;
  readonly body: unknown;
}

const TYPE = '-H "Content-Type: application/json"';
const ROWS = (values: unknown[]) => ({
  columns: ["id", "name", "age"],
  types: ["integer", "text", "integer"],
  values,
  time: "T",
});

const COMMANDS: readonly Command[] = [
  {
    command: `curl -XPOST 'localhost:4001/db/execute?pretty&timings' ${TYPE} -d '[
    "CREATE TABLE foo (id INTEGER NOT NULL PRIMARY KEY, name TEXT, age INTEGER)"
]'`,
    body: { results: [{ time: "T" }], time: "T" },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/execute?pretty&timings' ${TYPE} -d '[
    "INSERT INTO foo(name, age) VALUES(\\"fiona\\", 20)"
]'`,
    body: { results: [{ last_insert_id: 1, rows_affected: 1, time: "T" }], time: "T" },
  },
  {
    command: `curl -G 'localhost:4001/db/query?pretty&timings' --data-urlencode 'q=SELECT * FROM foo'`,
    body: { results: [ROWS([[1, "fiona", 20]])], time: "T" },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/query?pretty&timings' ${TYPE} -d '[
    "SELECT * FROM foo"
]'`,
    body: { results: [ROWS([[1, "fiona", 20]])], time: "T" },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/execute?pretty&timings' ${TYPE} -d '[
    ["INSERT INTO foo(name, age) VALUES(?, ?)", "fiona", 20]
]'`,
    body: { results: [{ last_insert_id: 2, rows_affected: 1, time: "T" }], time: "T" },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/query?pretty&timings' ${TYPE} -d '[
    ["SELECT * FROM foo WHERE name=?", "fiona"]
]'`,
    body: {
      results: [
        ROWS([
          [1, "fiona", 20],
          [2, "fiona", 20],
        ]),
      ],
      time: "T",
    },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/execute?pretty&transaction' ${TYPE} -d "[
    \\"INSERT INTO foo(name) VALUES('fiona')\\",
    \\"INSERT INTO foo(name) VALUES('sinead')\\"
]"`,
    body: {
      results: [
        { last_insert_id: 3, rows_affected: 1 },
        { last_insert_id: 4, rows_affected: 1 },
      ],
    },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/execute?pretty&timings' ${TYPE} -d "[
    \\"INSERT INTO nonsense\\"
]"`,
    // As rqlite 8 says it; the document is of an earlier version.
    body: { results: [{ error: "incomplete input" }], time: "T" },
  },
  {
    command: `curl -XPOST 'localhost:4001/db/execute?timeout=2m' ${TYPE} -d '[
    ["INSERT INTO foo(name, age) VALUES(?, ?)", "fiona", 20]
]'`,
    body: { results: [{ last_insert_id: 5, rows_affected: 1 }] },
  },
  {
    command: `curl -v -G 'localhost:4003/db/query?pretty&timings&redirect' --data-urlencode 'q=SELECT count(*) FROM foo'`,
    body: { results: [{ columns: ["count(*)"], types: ["integer"], values: [[5]], time: "T" }], time: "T" },
  },
];

let server: ServerProcess;
beforeAll(async () => {
  server = await ServerProcess.start();
});
afterAll(() => server?.remove());

it("the commands of the document work as they are printed, but for the address and the key", async () => {
  for (const { command, body } of COMMANDS) {
    const script = command.replace("curl ", `curl --silent -u ':${API_KEY}' `).replace(/localhost:400[13]/, server.url);
    const { code, stdout } = await runProgram("bash", ["--norc", "-eu", "-c", script], {});
    const told = JSON.parse(stdout, (name, value) => (name === "time" && typeof value === "number" ? "T" : value));
    expect([command, code, told]).toEqual([command, 0, body]);
    expect(stdout.startsWith(command.includes("pretty") ? '{\n    "results"' : '{"results"')).toBe(true);
  }
});
