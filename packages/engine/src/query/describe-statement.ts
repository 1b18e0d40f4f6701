import type { DescribeRequest, StatementDescription } from "@heliosdb/port";
import { toHeliosError } from "../file/sqlite-error.js";
import { hideOwn } from "../schema/hide-own.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import type { Token } from "../sql/tokenize.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";

/**
 * Facts about a statement, which is compiled and not run. `columnsOf` gives the columns of a query with AS OF, which
 * SQLite can't compile.
 */
export function describeStatement(
  { sql }: DescribeRequest,
  view: Pick<PointInTimeView, "db" | "epoch">,
  columnsOf: ((parsed: ParsedStatement) => StatementDescription["columns"]) | null,
): StatementDescription {
  const parsed = parseStatement(sql);
  const known = {
    parameters: placeholders(parsed.parameters),
    isReadonly: parsed.kind === "query",
    isExplain: parsed.type === "EXPLAIN",
  };
  if (columnsOf) return { ...known, columns: columnsOf(parsed) };
  try {
    const statement = view.db.prepare(hideOwn(parsed, view.epoch).sql);
    const columns = statement.reader ? statement.columns() : [];
    return { ...known, columns: columns.map(({ name, type }) => ({ name, declared: type })) };
  } catch (error) {
    throw toHeliosError(error);
  }
}

/** A name that repeats is one placeholder; `?3` is the third, whatever comes before it. */
function placeholders(tokens: readonly Token[]): (string | null)[] {
  const found: (string | null)[] = [];
  for (const { text } of tokens) {
    const number = /^[?$](\d+)$/.exec(text)?.[1];
    if (text === "?") found.push(null);
    else if (number !== undefined) {
      while (found.length < Number(number)) found.push(null);
      found[Number(number) - 1] = text;
    } else if (!found.includes(text)) found.push(text);
  }
  return found;
}
