import { note } from "../output/writer.js";
import type { Session } from "../session/session.js";
import { readExact } from "./export/exact-rows.js";
import { checkFree, writing } from "./export/output.js";
import { insertFormat } from "./export/sql-format.js";
import { readSchema } from "./export/table-script.js";
import { writeText } from "./export-rows.js";
import { type Place, readTable } from "./table/target.js";
import { ident } from "./values/sql-text.js";

export interface ScriptExport extends Place {
  readonly out: string;
  readonly force: boolean;
  readonly timeoutMs: number;
}

/** Writes a whole branch as a script: tables with their rows, then indexes, views and triggers. */
export async function exportScript({ client }: Session, options: ScriptExport): Promise<void> {
  const { out, force, branch, timeoutMs } = options;
  if (out !== "-") checkFree(out, force);
  const place = { branch, asOf: options.asOf ?? `scn:${(await client.branches.get(branch)).scn}` };
  const schema = await readSchema(client, place);
  const tables = schema.filter(({ type }) => type === "table");
  await writing(out, async (output) => {
    // Rows may come before those that they refer to.
    await output.write("PRAGMA foreign_keys = OFF;\n");
    for (const { name, sql } of tables) {
      const table = await readTable(client, place, name);
      const columns = (table?.columns ?? []).filter(({ generated }) => !generated).map((column) => column.name);
      const rows = await readExact(client, `SELECT ${columns.map(ident).join(", ")} FROM ${ident(name)}`, {
        ...place,
        timeoutMs,
      });
      const format = { begin: `${sql};\n`, rows: insertFormat(name, columns).rows, end: "" };
      await writeText(output, format, rows).finally(() => rows.close());
    }
    const others = ["index", "view", "trigger"].flatMap((type) => schema.filter((row) => row.type === type));
    await output.write(others.map(({ sql }) => `${sql};\n`).join(""));
  });
  if (out !== "-") note(`Wrote ${tables.length} tables to ${out}`);
}
