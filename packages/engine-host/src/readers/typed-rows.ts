import { type JsonRowStream, type Row, type RowStream, readExactJson } from "@heliosdb/port";

/** Rows out of their lines of exact JSON. */
export function typedRows(lines: JsonRowStream): RowStream {
  return {
    columns: lines.columns,
    scn: lines.scn,
    ...(lines.plan !== undefined && { plan: lines.plan }),
    async next() {
      const part = await lines.next();
      return part && rowsOf(part);
    },
    get end() {
      return lines.end;
    },
    get workedMs() {
      return lines.workedMs;
    },
    close: () => lines.close(),
  };
}

function rowsOf(part: Uint8Array): Row[] {
  const text = Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString();
  // JSON holds no raw line feed, so the lines are the items of a list.
  return readExactJson(`[${text.trimEnd().replaceAll("\n", ",")}]`) as Row[];
}
