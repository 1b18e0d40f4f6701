import type { Value } from "@heliosdb/client";
import { csvRows, separatorOf } from "./csv.js";

/** One record of a file, by column. */
export interface ImportRecord {
  readonly line: number;
  readonly values: Readonly<Record<string, Value>>;
}

export interface ReadFile {
  readonly columns: readonly string[];
  readonly records: readonly ImportRecord[];
}

/** What a file holds, by its name and its first characters. */
export type FileKind = "sqlite" | "csv" | "json" | "ndjson";

export function kindOf(name: string, start: Uint8Array): FileKind {
  const text = new TextDecoder().decode(start);
  if (text.startsWith("SQLite format 3\0")) return "sqlite";
  if (/\.(ndjson|jsonl)$/i.test(name)) return "ndjson";
  const first = text.replace(/^\uFEFF/, "").trimStart()[0];
  if (first === "[") return "json";
  return first === "{" ? "ndjson" : "csv";
}

export function readRecords(kind: Exclude<FileKind, "sqlite">, text: string): ReadFile {
  if (kind === "csv") return readCsv(text);
  return kind === "json" ? readJson(text) : readLines(text);
}

function readCsv(text: string): ReadFile {
  const rows = csvRows(text, separatorOf(text));
  const head = rows.next();
  if (head.done) throw new Error("The file is empty. Expected a first line with the names of the columns.");
  const columns = named(head.value.fields);
  const records: ImportRecord[] = [];
  for (const { line, fields } of rows) {
    if (fields.length !== columns.length) {
      throw new Error(`Line ${line} has ${fields.length} fields. Expected ${columns.length}, as the first line has.`);
    }
    const values = Object.fromEntries(columns.map((column, at) => [column, fields[at] === "" ? null : fields[at]!]));
    records.push({ line, values });
  }
  return { columns, records };
}

function readJson(text: string): ReadFile {
  const rows: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
  if (!Array.isArray(rows)) throw new Error("Expected a JSON array of objects.");
  return fromObjects(rows.map((row: unknown, at) => ({ line: at + 1, row, what: `Entry ${at + 1}` })));
}

function readLines(text: string): ReadFile {
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  const rows = lines.flatMap((each, at) => {
    if (each.trim() === "") return [];
    const what = `Line ${at + 1}`;
    try {
      return [{ line: at + 1, row: JSON.parse(each) as unknown, what }];
    } catch {
      throw new Error(`${what} is not JSON.`);
    }
  });
  return fromObjects(rows);
}

function fromObjects(rows: readonly { line: number; row: unknown; what: string }[]): ReadFile {
  const columns = new Set<string>();
  const records = rows.map(({ line, row, what }): ImportRecord => {
    if (typeof row !== "object" || row === null || Array.isArray(row)) throw new Error(`${what} is not an object.`);
    const values = Object.entries(row).map(([name, value]) => {
      columns.add(name);
      return [name, typeof value === "object" && value !== null ? JSON.stringify(value) : (value as Value)] as const;
    });
    return { line, values: Object.fromEntries(values) };
  });
  return { columns: [...columns], records };
}

/** Names for columns without one, and different ones for equal ones. */
function named(heads: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return heads.map((head, at) => {
    const base = head.trim() || `column_${at + 1}`;
    let name = base;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${base}_${number}`;
    taken.add(name.toLowerCase());
    return name;
  });
}
