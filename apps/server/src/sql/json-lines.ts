import {
  type Column,
  distinctNames,
  type JsonRowForm,
  type JsonRowStream,
  type Row,
  type RowStream,
  toJsonCell,
} from "@heliosdb/port";

/** Rows as JSON text, for a database that does not write it itself. */
export function jsonLines(rows: RowStream, form: JsonRowForm): JsonRowStream {
  const { columns, scn, plan } = rows;
  const line = form === "arrays" ? listLine(columns) : objectLine(columns);
  return {
    columns,
    scn,
    ...(plan !== undefined && { plan }),
    async next() {
      const part = await rows.next();
      return part && Buffer.from(part.map(line).join(""));
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

function listLine(columns: readonly Column[]): (row: Row) => string {
  return (row) => `${JSON.stringify(row.map((value, i) => toJsonCell(value, columns[i]!.type)))}\n`;
}

/** Put together by hand: a column may be called "__proto__". */
function objectLine(columns: readonly Column[]): (row: Row) => string {
  const keys = distinctNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name));
  return (row) => {
    const fields = row.map((value, i) => `${keys[i]}:${JSON.stringify(toJsonCell(value, columns[i]!.type))}`);
    return `{${fields.join(",")}}\n`;
  };
}
