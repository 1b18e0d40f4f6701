import type { Column } from "../table/target.js";
import { readBoolean, readBytes, readInteger, readReal, type TextReader } from "../table/texts.js";
import { affinityOf, type Kind, kindOf } from "../values/declared-type.js";
import { hexOf, Real } from "../values/exact.js";
import { exactJsonText } from "../values/exact-json.js";

const READERS: Readonly<Record<Kind, { readonly read: TextReader | null; readonly expected: string }>> = {
  integer: { read: readInteger, expected: "an integer of at most 64 bits" },
  real: { read: readReal, expected: "a number" },
  boolean: { read: readBoolean, expected: "true or false" },
  bytes: { read: readBytes, expected: "bytes as \\x and hexadecimal digits" },
  text: { read: null, expected: "" },
};

/** A row as the JSON list that is sent, or why its values don't fit. */
export type Encoded = string | { readonly problem: string };

/** Turns rows into JSON, or JSON5. `tagged` has the columns with a value so far that JSON has no form for. */
export interface Encoder {
  encode(values: readonly unknown[]): Encoded;
  readonly tagged: ReadonlySet<number>;
  /** Begins a new batch. */
  reset(): void;
}

/** @param values as a source has them: texts are read as what their column is declared to be */
export function encoderFor(columns: readonly Column[], values: "texts" | "typed"): Encoder {
  const tagged = new Set<number>();
  const row: unknown[] = new Array(columns.length);
  const readers = columns.map(({ type }) => (values === "texts" ? READERS[kindOf(type)].read : null));
  const isNumeric = columns.map(({ type }) => !["text", "blob"].includes(affinityOf(type)));
  const plain = (value: unknown, index: number): unknown => {
    const wire = wireValue(value, isNumeric[index]!);
    if (Array.isArray(wire)) tagged.add(index);
    return wire;
  };
  return {
    tagged,
    reset: () => tagged.clear(),
    encode(given) {
      for (let index = 0; index < readers.length; index++) {
        const value = given[index];
        const read = readers[index];
        if (typeof value !== "string" || !read) {
          row[index] = typeof value === "string" ? value : plain(value, index);
          continue;
        }
        const found = read(value);
        if (found === undefined) return { problem: misfit(columns[index]!, value) };
        row[index] = typeof found === "string" ? found : plain(found, index);
      }
      // Texts of files were decoded from UTF-8; JSON can escape anything.
      if (values === "texts") return isPlain(row) ? `['${row.join("','")}']` : JSON.stringify(row);
      const text = JSON.stringify(row);
      const isBroken = LONE_SURROGATE.test(text) && !isText(row);
      return isBroken ? { problem: "a text is not valid Unicode" } : text;
    },
  };
}

/**
 * Whether single quotes around the texts are all that they need. SQLite reads those as well, and they need no escape in
 * the JSON of the request, which saves each process on the way from looking for escapes.
 */
function isPlain(row: readonly unknown[]): boolean {
  return row.every((value) => typeof value === "string") && !SPECIAL.test(row.join(""));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they need an escape
const SPECIAL = /['"\\\x00-\x1f]/;

/** JSON.stringify writes one as an escape. */
const LONE_SURROGATE = /\\ud[89a-f]/;

function isText(row: readonly unknown[]): boolean {
  return row.every((value) => typeof value !== "string" || !/\p{Surrogate}/u.test(value));
}

/** What JSON has no form for becomes a list of a tag and a text, see insert-sql.ts. */
function wireValue(value: unknown, isNumeric: boolean): unknown {
  switch (typeof value) {
    case "bigint":
      return ["i", value.toString()];
    case "number":
      return Number.isFinite(value) ? value : ["r", value > 0 ? "9e999" : "-9e999"];
    case "object":
      if (value === null) return null;
      if (value instanceof Real) return isNumeric ? value.value : ["r", value.toString()];
      if (value instanceof Uint8Array) return ["b", hexOf(value)];
      return exactJsonText(value);
    default:
      return value ?? null;
  }
}

function misfit(column: Column, value: string): string {
  const shown = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return `column "${column.name}" (${column.type}): expected ${READERS[kindOf(column.type)].expected}, got ${JSON.stringify(shown)}`;
}
