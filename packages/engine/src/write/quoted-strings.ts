import type { Epoch } from "../schema/model.js";
import { withStringLiterals } from "../sql/double-quoted.js";
import { foldName } from "../sql/names.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isWord } from "../sql/tokenize.js";
import { withoutTokens } from "./batch.js";
import type { BranchFile } from "./branch-file.js";

const ROWIDS = ["rowid", "oid", "_rowid_"];
/** Quotes may stand doubled in the text of a schema. */
const QUOTES = /["'`\]]/;

/** Lower-case texts of schemas, in which every name of a column occurs. */
const TEXTS = new WeakMap<Epoch, string>();

/** The statement with strings in place of names in double quotes that are no columns, as the schema is now. */
export function withQuotedStrings(file: BranchFile, statement: ParsedStatement): ParsedStatement {
  if (!statement.sql.includes('"')) return statement;
  const sql = statement.type === "CREATE_VIEW" ? viewText(file, statement) : literals(file, statement.sql);
  return sql === statement.sql ? statement : withoutTokens(file.parse(sql));
}

function literals({ db, epoch }: BranchFile, sql: string): string {
  return withStringLiterals(sql, {
    compile: (text) => db.prepare(text),
    isKnown: (name) => {
      const folded = foldName(name);
      return ROWIDS.includes(folded) || QUOTES.test(name) || textOf(epoch).includes(folded);
    },
  });
}

/** SQLite looks at the query of a view only when it is read; by then its text can't be changed. */
function viewText(file: BranchFile, { sql, tokens }: ParsedStatement): string {
  const as = tokens.find((token, i) => i > 2 && isWord(token, "AS"));
  return as === undefined ? sql : sql.slice(0, as.end) + literals(file, sql.slice(as.end));
}

function textOf(epoch: Epoch): string {
  let text = TEXTS.get(epoch);
  if (text === undefined) {
    text = foldName([...epoch.tables, ...epoch.objects].map(({ sql }) => sql).join("\n"));
    TEXTS.set(epoch, text);
  }
  return text;
}
