import { quotedName } from "../../../util/sql-names.js";

/** Columns in the order in which they sort. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** `name`, `-name`: as it stands in the URL. */
export function orderOf(text: string | undefined, columns: readonly string[]): Order | null {
  if (text === undefined) return null;
  if (columns.includes(text)) return { column: text, descending: false };
  const rest = text.slice(1);
  return text.startsWith("-") && columns.includes(rest) ? { column: rest, descending: true } : null;
}

/** Ascending, descending, none. */
export function nextOrder(order: Order | null, column: string): string | undefined {
  if (order?.column !== column) return column;
  return order.descending ? undefined : `-${column}`;
}

/** For the API. */
export function orderText(order: Order | null): string | undefined {
  return order === null ? undefined : `${quotedName(order.column)} ${order.descending ? "DESC" : "ASC"}`;
}
