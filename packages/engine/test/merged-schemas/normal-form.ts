import { entriesOf, type Plain, quoted, tablesOf } from "../definitions/schema.js";
import { exactSql } from "../support/exact.js";

/** All that a database says and holds, in an order and a spelling that depend on nothing else. */
export interface NormalForm {
  /** By type and name. */
  readonly texts: Readonly<Record<string, readonly string[] | string>>;
  /** Of tables and views; columns by name. */
  readonly rows: Readonly<Record<string, readonly string[] | string>>;
}

export function normalForm(db: Plain): NormalForm {
  const entries = entriesOf(db);
  const texts = entries.map(({ type, name, sql }): [string, readonly string[] | string] => [
    `${type} ${name}`,
    type === "table" ? tableParts(name, sql) : plain(sql),
  ]);
  const read = entries
    .filter(({ type }) => type === "table" || type === "view")
    .map(({ name }): [string, readonly string[] | string] => [name, rowsOf(db, name)]);
  return { texts: Object.fromEntries(texts.sort()), rows: Object.fromEntries(read.sort()) };
}

export function rowsOf(db: Plain, name: string): readonly string[] | string {
  try {
    const columns = db.prepare("SELECT name FROM pragma_table_xinfo(?)").pluck().all(name) as string[];
    const list = columns.sort().map(exactSql).join(", ");
    const rows = db
      .prepare(`SELECT ${list} FROM ${quoted(name)}`)
      .raw()
      .all();
    return [columns.join(" "), ...rows.map((row) => JSON.stringify(row)).sort()];
  } catch (error) {
    return (error as Error).message;
  }
}

export function namesOf(db: Plain): string[] {
  return tablesOf(db).map(({ name }) => name);
}

/** Columns and constraints, each as its words: those of a column in any order. */
function tableParts(name: string, sql: string): string[] {
  const text = plain(sql);
  const [open, close] = [text.indexOf("("), text.lastIndexOf(")")];
  const parts = splitList(text.slice(open + 1, close)).map((part) => {
    const own = part.trim().replaceAll(new RegExp(`\\b${name}\\.`, "gi"), "");
    if (/^(CONSTRAINT|CHECK|UNIQUE|FOREIGN|PRIMARY)\b/.test(own)) return own;
    const [column, ...words] = splitWords(own);
    return [column, ...words.sort()].join(" ");
  });
  return [...parts.sort(), text.slice(close + 1).trim()];
}

/** Without quotes around names, which stand wherever SQLite renamed something, and with one way to put spaces. */
function plain(sql: string): string {
  return sql
    .replaceAll('"', "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([(),]) ?/g, "$1")
    .trim();
}

function splitList(text: string): string[] {
  return split(text, ",");
}

function splitWords(text: string): string[] {
  return split(text, " ").filter((word) => word !== "");
}

/** At a character, where it stands outside parentheses and strings. */
function split(text: string, at: string): string[] {
  const parts = [""];
  let [depth, isString] = [0, false];
  for (const letter of text) {
    if (letter === "'") isString = !isString;
    if (!isString && letter === "(") depth++;
    if (!isString && letter === ")") depth--;
    if (letter === at && depth === 0 && !isString) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
