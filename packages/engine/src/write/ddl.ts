import { droppedName, ensureLog } from "../capture/log.js";
import { imageAllRows } from "../capture/triggers.js";
import { type Connection, one } from "../file/connection.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import { type RenamedColumn, recordEpoch, type SchemaChange, storedTable, tablesByRootPage } from "../schema/epochs.js";
import { findTable, type TableDef } from "../schema/model.js";
import { foldName, ident, sameName } from "../sql/names.js";
import { namesItself } from "../sql/own-name.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isSymbol, isWord, nameOf, type Token } from "../sql/tokenize.js";
import type { Bound } from "../values/parameters.js";
import type { BranchFile } from "./branch-file.js";

/**
 * Runs one statement that changes the schema, inside the transaction of its commit, and records the resulting schema.
 * Capture triggers are dropped first: a change would fail on them, or rewrite them.
 */
export function runDdl(
  file: BranchFile,
  statement: ParsedStatement,
  bound: Bound,
  scn: number,
  touched: Set<string>,
): void {
  const { tokens, type } = statement;
  if (type === "DROP_TABLE") {
    const table = findTable(file.epoch, targetOf(tokens));
    if (table) {
      dropTable(file, table, statement.sql, scn, touched);
      return;
    }
  }
  const target = type === "ALTER_TABLE" ? findTable(file.epoch, targetOf(tokens)) : undefined;
  if (target && dropsColumn(tokens)) {
    file.capture.hook([target], false);
    file.capture.imageAll(target);
    touched.add(target.uid);
  }
  const renamed = target && renamedColumn(tokens);
  changeSchema(file, scn, renamed && { table: target.uid, ...renamed }, () =>
    file.db.prepare(statement.sql).run(bound),
  );
}

/** Changes the schema, and brings the engine's own record of it up to date. */
export function changeSchema(
  file: BranchFile,
  scn: number,
  renamed: RenamedColumn | undefined,
  change: () => void,
  inherit?: SchemaChange["inherit"],
): void {
  const before = tablesByRootPage(file.db, file.epoch);
  const known = new Map(file.epoch.tables.map((table) => [table.uid, table]));
  const version = one<number>(file.db, "PRAGMA schema_version");
  file.capture.settle(scn);
  file.capture.reset();
  change();
  if (one<number>(file.db, "PRAGMA schema_version") === version) return;
  const epoch = recordEpoch(file.db, {
    scn,
    before,
    current: file.epoch,
    renamedColumns: renamed && [renamed],
    inherit,
  });
  for (const table of epoch.tables) {
    if (known.get(table.uid)?.sql !== table.sql) ensureLog(file.db, table, file.logged(table.uid));
    if (!known.has(table.uid)) file.capture.adopt(scn, table);
  }
  file.adoptEpoch(epoch);
}

/**
 * A dropped table must stay readable at every earlier point in time. If no foreign key refers to it, it has none, and
 * its definition does not contain its name, it is renamed out of the way, whatever its size. Otherwise all its rows are
 * logged. If others refer to it, the rows are deleted first, so that SQLite itself does to the referring rows what the
 * drop must do.
 */
export function dropTable(file: BranchFile, table: TableDef, sql: string, scn: number, touched: Set<string>): void {
  const { db } = file;
  const triggers = file.epoch.objects.filter((object) => object.type === "trigger" && sameTable(object.table, table));
  const referenced = file.foreignKeys !== "off" && isReferenced(file, table);
  if (!referenced && (refersToOthers(file, table) || namesItself(table.sql))) {
    // Nobody refers to it, so dropping its rows with it has no other effects; their images must be in the log.
    file.capture.hook([table], false);
    file.capture.finishDropped(scn, table);
    changeSchema(file, scn, undefined, () => db.prepare(sql).run());
    db.prepare("UPDATE _helios_tables SET physical = '', dropped = ? WHERE uid = ?").run(scn, table.uid);
    return;
  }
  if (referenced) {
    // They don't fire, and unusable ones don't get in the way.
    changeSchema(file, scn, undefined, () => {
      for (const trigger of triggers) db.exec(`DROP TRIGGER main.${ident(trigger.name)}`);
    });
    if (!fits(file, table)) {
      dropMisfit(file, table, sql, scn, touched);
      return;
    }
    const emptied = { sql: `DELETE FROM main.${ident(table.name)}`, replaces: false };
    for (const written of file.hookFor(emptied, [])) touched.add(written.uid);
    file.announce(emptied);
    db.prepare(emptied.sql).run();
    file.capture.finish(scn, [table]);
    changeSchema(file, scn, undefined, () => db.prepare(sql).run());
    db.prepare("UPDATE _helios_tables SET physical = '', dropped = ? WHERE uid = ?").run(scn, table.uid);
    return;
  }
  if (touched.has(table.uid)) {
    // The commit's changes to its rows are counted now: by the end of the commit they are out of reach.
    file.capture.hook([table], false);
    file.capture.finish(scn, [table]);
  }
  const physical = droppedName(table);
  changeSchema(file, scn, undefined, () => {
    for (const object of file.epoch.objects) {
      if (object.type !== "view" && sameTable(object.table, table))
        db.exec(`DROP ${object.type} main.${ident(object.name)}`);
    }
    renameAsItIs(db, table.name, physical);
  });
  db.prepare("UPDATE _helios_tables SET physical = ?, dropped = ? WHERE uid = ?").run(physical, scn, table.uid);
}

/** Renames a table and leaves views, triggers and references that name it unchanged, as a drop does. */
export function renameAsItIs(db: Connection, from: string, to: string): void {
  db.pragma("legacy_alter_table = ON");
  try {
    db.exec(`ALTER TABLE main.${ident(from)} RENAME TO ${ident(to)}`);
  } finally {
    db.pragma("legacy_alter_table = OFF");
  }
}

/**
 * Whether SQLite deletes rows of a table. It does not if a reference to the table does not fit its keys, or if one from
 * the table refers to no table; but it still drops the table.
 */
function fits(file: BranchFile, table: TableDef): boolean {
  try {
    file.db.prepare(`DELETE FROM main.${ident(table.name)}`);
    return true;
  } catch (error) {
    if (isSqliteFailure(error)) return false;
    throw error;
  }
}

/**
 * Drops a table with a reference that does not fit. SQLite ignores that reference and does the usual for the others,
 * within the statement itself: so everything that it can write is logged before, and the table's own rows as well.
 */
function dropMisfit(file: BranchFile, table: TableDef, sql: string, scn: number, touched: Set<string>): void {
  const { db } = file;
  const reached = file.hookFor({ sql, replaces: false }, []).filter((other) => other.uid !== table.uid);
  file.capture.hook([table], false);
  for (const other of reached) {
    touched.add(other.uid);
    file.capture.imageAll(other);
  }
  file.capture.finishDropped(scn, table);
  changeSchema(file, scn, undefined, () => db.prepare(sql).run());
  db.prepare("UPDATE _helios_tables SET physical = '', dropped = ? WHERE uid = ?").run(scn, table.uid);
}

/**
 * Drops a tombstoned table that is about to be recreated. Its past is read from the tombstone's rows, so they are
 * logged first. Runs inside a change to the schema.
 */
export function dropTombstone(file: BranchFile, uid: string): void {
  const stored = storedTable(file.db, uid);
  if (!stored || stored.dropped === null || stored.physical === "") return;
  file.db.exec(imageAllRows({ ...stored.def, name: stored.physical }, null));
  file.db.exec(`DROP TABLE main.${ident(stored.physical)}`);
}

/** A tombstoned table would still take part in its own foreign keys: cascades would change the past. */
function refersToOthers(file: BranchFile, table: TableDef): boolean {
  return file.db.prepare("SELECT 1 FROM pragma_foreign_key_list(?, 'main')").get(table.name) !== undefined;
}

function isReferenced(file: BranchFile, table: TableDef): boolean {
  return file.epoch.tables.some((other) => {
    const parents = file.db
      .prepare(`SELECT "table" FROM pragma_foreign_key_list(?, 'main')`)
      .pluck()
      .all(other.name) as string[];
    return parents.some((parent) => sameTable(parent, table));
  });
}

function sameTable(name: string, table: TableDef): boolean {
  return sameName(name, table.name);
}

/** The table that a DROP TABLE names; null for any other statement. */
export function droppedTable({ type, tokens }: ParsedStatement): string | null {
  return type === "DROP_TABLE" ? targetOf(tokens) : null;
}

/** The folded name that a table has after a CREATE TABLE or RENAME TO; null for any other statement. */
export function nameTaken({ type, tokens }: ParsedStatement): string | null {
  if (type === "CREATE_TABLE") return foldName(createdTable(tokens));
  const at = afterTarget(tokens);
  if (type !== "ALTER_TABLE" || !isWord(tokens[at], "RENAME") || !isWord(tokens[at + 1], "TO")) return null;
  return tokens[at + 2] ? foldName(nameOf(tokens[at + 2]!)) : null;
}

function createdTable(tokens: readonly Token[]): string {
  let at = tokens.findIndex((token) => isWord(token, "TABLE")) + 1;
  if (isWord(tokens[at], "IF")) at += 3;
  if (isSymbol(tokens[at + 1], ".")) at += 2;
  return tokens[at] ? nameOf(tokens[at]!) : "";
}

/** The table that DROP TABLE or ALTER TABLE names. */
function targetOf(tokens: readonly Token[]): string {
  let at = tokens.findIndex((token) => isWord(token, "TABLE")) + 1;
  if (isWord(tokens[at], "IF")) at += 2;
  if (isSymbol(tokens[at + 1], ".")) at += 2;
  return tokens[at] ? nameOf(tokens[at]!) : "";
}

function afterTarget(tokens: readonly Token[]): number {
  return isSymbol(tokens[3], ".") ? 5 : 3;
}

/** DROP CONSTRAINT removes nothing from the rows; a column called constraint has no name after it. */
function dropsColumn(tokens: readonly Token[]): boolean {
  const at = afterTarget(tokens);
  return isWord(tokens[at], "DROP") && !(isWord(tokens[at + 1], "CONSTRAINT") && tokens.length > at + 2);
}

function renamedColumn(tokens: readonly Token[]): { from: string; to: string } | undefined {
  let at = afterTarget(tokens);
  if (!isWord(tokens[0], "ALTER") || !isWord(tokens[at], "RENAME") || isWord(tokens[at + 1], "TO")) return undefined;
  at += isWord(tokens[at + 1], "COLUMN") && !isWord(tokens[at + 2], "TO") ? 2 : 1;
  const [from, to] = [tokens[at], tokens[at + 2]];
  return from && to ? { from: nameOf(from), to: nameOf(to) } : undefined;
}
