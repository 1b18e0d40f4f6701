import { type HeliosDBClient, NotFoundError } from "@heliosdb/client";
import { note } from "../output/writer.js";
import type { Session } from "../session/session.js";
import { type ExactRows, readExact } from "./export/exact-rows.js";
import { checkFree, type Output, replacing, writing } from "./export/output.js";
import { partsOf } from "./export/parts.js";
import { insertFormat } from "./export/sql-format.js";
import { type TableScript, writeSqlite } from "./export/sqlite-file.js";
import { readSchema, tableScript } from "./export/table-script.js";
import { csvFormat, jsonFormat, markdownFormat, ndjsonFormat, type TextFormat } from "./export/text-formats.js";
import { ProgressLine } from "./import/progress-line.js";
import type { ExportFormat } from "./read/formats.js";
import { type Place, readTable } from "./table/target.js";
import { ident } from "./values/sql-text.js";

/** What a table is called that holds the result of a query. */
const RESULT = "result";

export interface ExportOptions extends Place {
  readonly what: { readonly table: string } | { readonly query: string };
  readonly format: ExportFormat;
  readonly out: string;
  readonly force: boolean;
  readonly delimiter: string;
  readonly nullText: string;
  readonly timeoutMs: number;
}

/** Writes the rows of a table or of a query to a file or to stdout. */
export async function exportRows({ client }: Session, options: ExportOptions): Promise<void> {
  const { what, out, format, force } = options;
  if (out !== "-") checkFree(out, force);
  // Of one commit, whatever is written meanwhile.
  const place = {
    branch: options.branch,
    asOf: options.asOf ?? `scn:${(await client.branches.get(options.branch)).scn}`,
  };
  const table = "table" in what ? what.table : null;
  const sql = "query" in what ? what.query : await tableQuery(client, place, what.table);
  const exact = await readExact(client, sql, { ...place, timeoutMs: options.timeoutMs });
  try {
    const script = async (): Promise<TableScript> =>
      tableScript(table === null ? [] : await readSchema(client, place), table ?? RESULT, exact.columns);
    const rows = counted(exact, out);
    if (format === "sqlite") {
      const target = await script();
      await replacing(out, (part) => writeSqlite(part, target, rows));
    } else {
      const text =
        format === "sql" ? sqlFormat(await script(), exact.columns) : textFormat(format, exact.columns, options);
      await writing(out, (output) => writeText(output, text, rows));
    }
    rows.end();
  } finally {
    await exact.close();
  }
}

/** All columns but generated ones, which could not be imported. */
async function tableQuery(client: HeliosDBClient, place: Place, name: string): Promise<string> {
  const table = await readTable(client, place, name);
  if (!table) {
    const message = `Branch "${place.branch}" has no table "${name}".`;
    throw new NotFoundError(message, { code: "TABLE_NOT_FOUND", status: 404, details: { table: name } });
  }
  const columns = table.columns.filter(({ generated }) => !generated);
  return `SELECT ${columns.map((column) => ident(column.name)).join(", ")} FROM ${ident(table.name)}`;
}

function textFormat(
  format: Exclude<ExportFormat, "sql" | "sqlite">,
  columns: readonly string[],
  { delimiter, nullText }: ExportOptions,
): TextFormat {
  switch (format) {
    case "csv":
      return csvFormat(columns, delimiter, nullText);
    case "tsv":
      return csvFormat(columns, "\t", nullText);
    case "json":
      return jsonFormat(columns);
    case "ndjson":
      return ndjsonFormat(columns);
    case "markdown":
      return markdownFormat(columns);
  }
}

function sqlFormat({ name, create, after }: TableScript, columns: readonly string[]): TextFormat {
  return {
    begin: `${create};\n`,
    rows: insertFormat(name, columns).rows,
    end: after.map((sql) => `${sql};\n`).join(""),
  };
}

export async function writeText(output: Output, format: TextFormat, { rows }: Pick<ExactRows, "rows">): Promise<void> {
  await output.write(format.begin);
  let isFirst = true;
  for await (const part of partsOf(rows)) {
    await output.write(format.rows(part, isFirst));
    isFirst = false;
  }
  await output.write(format.end);
}

/** The same rows, whose number is shown. */
function counted({ columns, rows }: ExactRows, out: string): Omit<ExactRows, "close"> & { end(): void } {
  let count = 0;
  const progress = new ProgressLine(out, null, out !== "-" && process.stderr.isTTY === true);
  return {
    columns,
    rows: (async function* () {
      try {
        for await (const row of rows) {
          yield row;
          progress.show({ now: ++count, all: count }, 0);
        }
      } finally {
        progress.end();
      }
    })(),
    end() {
      if (out !== "-") note(`Wrote ${count} rows to ${out}`);
    },
  };
}
