import { type JsonRowForm, type JsonRowStream, jsonRowWriter, type RowStream } from "@heliosdb/port";

/** Rows as JSON text, for a database that does not write it itself. */
export function jsonLines(rows: RowStream, form: JsonRowForm): JsonRowStream {
  const { columns, scn, plan } = rows;
  const write = jsonRowWriter(
    form,
    columns,
    columns.map(({ type }) => type),
  );
  return {
    columns,
    scn,
    ...(plan !== undefined && { plan }),
    async next() {
      const part = await rows.next();
      return part && Buffer.from(part.map((row) => `${write(row)}\n`).join(""));
    },
    get end() {
      return rows.end;
    },
    get workedMs() {
      return rows.workedMs;
    },
    close: () => rows.close(),
  };
}
