import { type ScriptStatement, StatementSplitter } from "../../input/statement-splitter.js";
import { type Bytes, NOT_UTF8, textOf } from "./bytes.js";
import type { Rows, Source } from "./source.js";

/** A statement that is longer can't be sent in one request. */
const LONGEST = 8 * 1024 * 1024;

/**
 * Statements that scripts have around the others, and that have no meaning for batches that are transactions already:
 * `sqlite3 .dump` writes them.
 */
const AROUND =
  /^(BEGIN|COMMIT|END)\b|^(INSERT\s+INTO|DELETE\s+FROM)\s+"?sqlite_(sequence|stat[14])\b|^ANALYZE\s+"?sqlite_/i;
const COMMENTS = /^(\s|--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$))*/;
const FOREIGN_KEYS = /^PRAGMA\s+foreign_keys\s*=\s*(OFF|0|FALSE|NO|ON|1|TRUE|YES)$/i;

/** The statements of a script, each as a row: the statement, and whether foreign keys are not checked there. */
export function openScript(bytes: Bytes): Source {
  let isUnchecked = false;
  const isToRun = (statement: ScriptStatement): boolean => {
    const sql = statement.sql.replace(COMMENTS, "");
    const [, foreignKeys] = FOREIGN_KEYS.exec(sql) ?? [];
    if (foreignKeys !== undefined) isUnchecked = /^(OFF|0|FALSE|NO)$/i.test(foreignKeys);
    return foreignKeys === undefined && !AROUND.test(sql);
  };
  return {
    values: "texts",
    unit: "line",
    size: bytes.size,
    columns: ["statement", "unchecked"],
    isNamed: true,
    types: new Map(),
    rows: () => rowsOf(bytes, isToRun, () => isUnchecked),
    badLines: { head: "", line: ([sql]) => `${sql};\n` },
  };
}

async function* rowsOf(
  bytes: Bytes,
  isToRun: (statement: ScriptStatement) => boolean,
  isUnchecked: () => boolean,
): AsyncGenerator<Rows> {
  const splitter = new StatementSplitter();
  let end = 0;
  const rows = (statements: readonly ScriptStatement[], read: number): Rows => {
    const [values, places]: [[string, boolean][], number[]] = [[], []];
    for (const statement of statements) {
      if (!isToRun(statement)) continue;
      values.push([statement.sql, isUnchecked()]);
      places.push(statement.line);
    }
    return { values, places, problems: new Map(), read };
  };
  for await (const { text, read } of textOf(bytes)) {
    end = read;
    if (text === null) return yield { ...rows([], read), failure: { place: splitter.line, message: NOT_UTF8 } };
    yield rows(splitter.add(text), read);
    if (splitter.length <= LONGEST) continue;
    const message = `A statement is longer than ${LONGEST} characters, perhaps because a quote is never closed.`;
    return yield { ...rows([], read), failure: { place: splitter.line, message } };
  }
  yield rows(splitter.finish(), end);
}
