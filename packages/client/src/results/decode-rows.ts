import { fromBase64 } from "../arguments/base64.js";
import type { ValueForms } from "../transport/value-forms.js";

type Decode = (value: unknown) => unknown;
type WireRow = Record<string, unknown>;

interface WireRows {
  readonly columns: readonly string[];
  readonly column_types: readonly string[];
  readonly rows: readonly WireRow[];
}

/** The rows with their values in the forms that the client asks for, which replace those of the JSON. */
export function decodedRows({ columns, column_types, rows }: WireRows, forms: ValueForms): readonly WireRow[] {
  const decode = rowDecoder(columns, column_types, forms);
  if (decode !== null) for (const row of rows) decode(row);
  return rows;
}

/** Null if rows of these columns stay as they are. */
export function rowDecoder(
  columns: readonly string[],
  types: readonly string[],
  { integers, blobs }: ValueForms,
): ((row: WireRow) => void) | null {
  const decoders = columns.flatMap((column, i): [string, Decode][] => {
    const type = types[i];
    if (integers !== undefined && (type === "int4" || type === "int8")) return [[column, INTEGERS[integers]]];
    return blobs === "bytes" && type === "bytea" ? [[column, bytes]] : [];
  });
  if (decoders.length === 0) return null;
  return (row) => {
    for (const [column, decode] of decoders) row[column] = decode(row[column]);
  };
}

/** What SQLite stores in such a column that is no integer stays as it is. */
const INTEGERS: Readonly<Record<NonNullable<ValueForms["integers"]>, Decode>> = {
  number: (value) => {
    if (!isLarge(value)) return value;
    throw new RangeError(
      `The integer ${value} is beyond 2^53 − 1. Make the client with integers: "bigint" or "string" to read it.`,
    );
  },
  bigint: (value) => (Number.isInteger(value) || isLarge(value) ? BigInt(value as number | string) : value),
  string: (value) => (Number.isInteger(value) ? String(value) : value),
};

/** Whether it is a decimal text of 64 bits that a double can't hold: such a column has no other text of this form. */
function isLarge(value: unknown): value is string {
  if (typeof value !== "string" || !/^-?[1-9]\d{15,18}$/.test(value)) return false;
  const integer = BigInt(value);
  return BigInt.asIntN(64, integer) === integer && !Number.isSafeInteger(Number(value));
}

function bytes(value: unknown): unknown {
  return typeof value === "string" ? (fromBase64(value) ?? value) : value;
}
