import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { exportRows } from "../../../apps/cli/dist/transfer/export-rows.js";
import { importRows } from "../../../apps/cli/dist/transfer/import-rows.js";
import { importScript } from "../../../apps/cli/dist/transfer/import-script.js";
import { EXPORT_FORMATS } from "../../../apps/cli/dist/transfer/read/formats.js";
import { HeliosDBClient, type Value } from "../../../packages/client/dist/esm/index.js";
import { LIMITS } from "../../support/limits.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const TABLE = "CREATE TABLE odd (i INTEGER, r REAL, t TEXT, d BLOB, o BOOLEAN, u)";
const COLUMNS = ["i", "r", "t", "d", "o", "u"] as const;
const folder = mkdtempSync(join(tmpdir(), "helios-round-trip-"));
let server: ServerProcess;
let client: HeliosDBClient;

beforeAll(async () => {
  vi.stubEnv("XDG_STATE_HOME", folder);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
});
afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await client?.close();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const integer = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 2n ** 53n + 1n, -(2n ** 63n)),
);
const double = fc.double({ noNaN: true });
/** A long whole number can't be sent as one; the column makes a real of its text. */
const real = double.map(
  (value): Value =>
    Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : { type: "float8", value },
);
const shortReal = double
  .filter((value) => !Number.isInteger(value))
  .map((value) => ({ type: "float8", value }) as const);
const text = fc.oneof(
  fc.string({ unit: "binary" }).map((value) => value.replace(/\p{Surrogate}/gu, "")),
  fc.constantFrom(
    "",
    '"',
    "\n",
    "\r\n",
    "\r",
    "\t",
    ",",
    "\\N",
    "\\x00",
    "NULL",
    "null",
    "\ufeff",
    "a\0b",
    "12",
    "007",
    "1e5",
    " x ",
    "{}",
    "; --",
    "'",
  ),
);
const blob = fc.uint8Array({ maxLength: 20 });
const bool = fc.boolean().map((value) => ({ type: "bool", value }) as const);
const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { freq: 6 });
const anything: fc.Arbitrary<Value> = fc.oneof(
  integer,
  shortReal,
  fc.constant({ type: "float8", value: 5 } as const),
  text,
  blob,
);
/** In CSV a column without a type has texts only. */
const rowWith = (untyped: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
  fc.tuple(orNull(integer), orNull(real), orNull(text), orNull(blob), orNull(bool), orNull(untyped));

it.each(EXPORT_FORMATS.filter((format) => format !== "markdown"))(
  "what is exported as %s is the same when it is imported",
  async (format) => {
    const isPlain = format === "csv" || format === "tsv";
    const file = join(folder, `odd.${format}`);
    let round = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(rowWith(isPlain ? text : anything), { minLength: 1, maxLength: 60 }), async (rows) => {
        const [from, to] = [`${format}-${++round}-from`, `${format}-${round}-to`];
        await client.branches.create({ name: from });
        await client.branches.create({ name: to });
        await client.sql.execute(TABLE, { branch: from });
        if (format !== "sql") await client.sql.execute(TABLE, { branch: to });
        const insert = `INSERT INTO odd VALUES (${COLUMNS.map((_, index) => `$${index + 1}`).join(", ")})`;
        await client.sql.batch(
          rows.map((params) => ({ sql: insert, params })),
          { branch: from },
        );
        await write(from, file, format);
        await read(to, file, format);
        expect(await exact(to)).toEqual(await exact(from));
      }),
      { numRuns: LIMITS.roundTrips },
    );
  },
);

const session = () => ({ client, url: server.url, writer: { one: () => {} } as never });
const csv = (format: string) => ({
  delimiter: format === "tsv" ? "\t" : ",",
  quote: '"',
  nullText: "",
  header: true,
  columns: null,
});

function write(branch: string, out: string, format: (typeof EXPORT_FORMATS)[number]) {
  const place = { branch, out, format, force: true, timeoutMs: 30_000 };
  return exportRows(session(), { ...place, what: { table: "odd" }, delimiter: ",", nullText: "" });
}

function read(branch: string, file: string, format: Exclude<(typeof EXPORT_FORMATS)[number], "markdown">) {
  const common = { branch, most: 0, file: undefined, dryRun: false };
  if (format === "sql") return importScript(session(), file, common);
  const created = { create: false, primaryKey: undefined, types: new Map<string, string>() };
  return importRows(session(), file, {
    ...common,
    ...created,
    format,
    table: "odd",
    onConflict: "error",
    csv: csv(format),
  });
}

/** Every value with its type, in the order of the rows. */
async function exact(branch: string) {
  const values = COLUMNS.map(
    (name) => `typeof(${name}), CASE typeof(${name}) WHEN 'text' THEN hex(${name}) ELSE ${name} END`,
  );
  return (await client.sql.query(`SELECT rowid, ${values.join(", ")} FROM odd ORDER BY rowid`, { branch })).rows;
}
