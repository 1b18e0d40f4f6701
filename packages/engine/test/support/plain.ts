import { type Column, type DiffPage, type JsonCell, type RowHistoryPage, toJsonCell, type Value } from "@heliosdb/port";

/**
 * Results as JSON has them at best, which is how most tests are written: integers are numbers (or texts beyond 2^53 − 1),
 * blobs base64, BOOLEAN columns true and false. Columns are names alone, with `columnTypes` beside them where rows are
 * lists. What keeps values apart is for the tests that need it: they ask the reader or the writer itself.
 */
export type Plain<T> = T extends bigint
  ? JsonCell
  : T extends Uint8Array
    ? string
    : T extends { readonly columns: readonly Column[]; readonly rows: readonly (readonly Value[])[] }
      ? PlainFields<Omit<T, "columns" | "rows">> & PlainRows
      : T extends RowHistoryPage | DiffPage
        ? PlainFields<Omit<T, "columns">>
        : T extends readonly (infer E)[]
          ? readonly Plain<E>[]
          : T extends object
            ? PlainFields<T>
            : T;

type PlainFields<T> = { readonly [K in keyof T]: Plain<T[K]> };

export interface PlainRows {
  readonly columns: readonly string[];
  readonly columnTypes: readonly Column["type"][];
  readonly rows: readonly (readonly JsonCell[])[];
}

export function plain<T>(result: T): Plain<T> {
  return walk(result, new Set()) as Plain<T>;
}

/** `booleans`: names of columns whose 0 and 1 are false and true. */
function walk(value: unknown, booleans: ReadonlySet<string>): unknown {
  if (typeof value === "bigint" || typeof value === "number" || value instanceof Uint8Array) return toJsonCell(value);
  if (Array.isArray(value)) return value.map((each) => walk(each, booleans));
  if (typeof value !== "object" || value === null) return value;
  if (hasRows(value)) return withRows(value);
  const known = isPage(value) ? namesOfBooleans(value.columns) : booleans;
  const { columns: _, ...others } = value as { columns?: unknown };
  const fields = isPage(value) ? others : value;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (booleans.has(name) && typeof field === "bigint") return [name, toJsonCell(field, "bool")];
      return [name, walk(field, known)];
    }),
  );
}

function isPage(value: object): value is RowHistoryPage | DiffPage {
  return "versions" in value || "fromScn" in value;
}

interface WithRows {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Value[])[];
}

function hasRows(value: object): value is WithRows {
  return "columns" in value && "rows" in value && Array.isArray(value.columns);
}

function withRows({ columns, rows, ...others }: WithRows): PlainRows {
  return {
    ...others,
    columns: columns.map(({ name }) => name),
    columnTypes: columns.map(({ type }) => type),
    rows: rows.map((row) => row.map((value, i) => toJsonCell(value, columns[i]!.type))),
  };
}

/** Of the columns of a page of history, or of a difference, where they stand by table. */
function namesOfBooleans(columns: (RowHistoryPage | DiffPage)["columns"]): Set<string> {
  const list: readonly Column[] = Array.isArray(columns) ? columns : Object.values(columns).flat();
  return new Set(list.filter(({ type }) => type === "bool").map(({ name }) => name));
}
