import { HeliosError, type MergeConflict } from "@heliosdb/port";
import type { ColumnDef, Epoch, SchemaObject, TableDef } from "../schema/model.js";
import { ident, sameName } from "../sql/names.js";
import { isSymbol, nameOf, type Token, tokenize, withoutStyle } from "../sql/tokenize.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema, dropTable } from "../write/ddl.js";

/** Thrown to end a merge that no strategy can resolve. */
export class SchemaConflict extends Error {
  constructor(readonly conflict: MergeConflict) {
    super(conflict.message);
  }
}

/** What the rows tell the schema merge (dropping a table that the other side wrote to loses what it wrote), and the caller. */
export interface SchemaMerge {
  readonly sourceWrote: (table: TableDef) => boolean;
  readonly targetWrote: (table: TableDef) => boolean;
  /** What the caller wants of a conflict over an object of this name. */
  readonly decide: (name: string) => "source" | "target" | null;
}

/**
 * Carries over what one side did to the schema since the base: tables by uid, their columns by uid, everything else by
 * name. What both sides did differently is a conflict. Runs on the target's file, in the merge's transaction.
 */
export function mergeSchema(
  file: BranchFile,
  base: Epoch,
  source: Epoch,
  scn: number,
  touched: Set<string>,
  merge: SchemaMerge,
): ReadonlySet<string> {
  const kept = new Set<string>();
  const before = file.epoch;
  /** Does what the source did, unless that conflicts and the caller wants the target's table as it is. */
  const unlessKept = (name: string, change: () => void) => {
    file.db.exec("SAVEPOINT _helios_table");
    try {
      change();
    } catch (error) {
      if (!(error instanceof SchemaConflict)) throw error;
      const decision = merge.decide(name);
      if (decision === null) throw error;
      if (decision === "source") throw onlyTarget(name);
      file.db.exec("ROLLBACK TO _helios_table");
      file.capture.reset();
      file.reload();
      kept.add(name.toLowerCase());
    }
    file.db.exec("RELEASE _helios_table");
  };
  for (const table of base.tables) {
    const there = byUid(source, table);
    const here = byUid(file.epoch, table);
    if (!there && here) {
      const changed = withoutStyle(table.sql) !== withoutStyle(here.sql) || merge.targetWrote(here);
      const decision = changed ? merge.decide(table.name) : "source";
      if (decision === null) throw conflict(table.name, "the source dropped this table and the target changed it");
      if (decision === "source") dropHere(file, table, here, scn, touched);
    } else if (there && !here && merge.sourceWrote(there)) {
      const decision = merge.decide(table.name);
      if (decision === "source") throw onlyTarget(table.name);
      if (decision === null) throw conflict(table.name, "the target dropped this table and the source wrote to it");
    }
  }
  for (const table of source.tables) {
    const here = byUid(file.epoch, table);
    const was = byUid(base, table);
    if (here) unlessKept(table.name, () => alterHere(file, was ?? here, table, here, scn, touched));
    else if (!was) unlessKept(table.name, () => addHere(file, table, source, scn));
  }
  mergeObjects(file, base, source, before, scn, merge);
  return kept;
}

/** To take the source's shape of a table would throw away what the target holds in its own. */
function onlyTarget(name: string): HeliosError {
  return new HeliosError(
    "INVALID_FIELD",
    `The conflict over ${name} can only be resolved by keeping the target's ("use": "target"): change one of the branches to have the source's.`,
    { table: name },
  );
}

function addHere(file: BranchFile, table: TableDef, source: Epoch, scn: number): void {
  const named = file.epoch.tables.find((other) => sameName(other.name, table.name));
  if (named) {
    if (withoutStyle(named.sql) === withoutStyle(table.sql)) return;
    throw conflict(table.name, "both sides created a table of this name, differently");
  }
  attempt(table.name, () =>
    changeSchema(
      file,
      scn,
      undefined,
      () => file.db.exec(table.sql),
      (name) => source.tables.find((other) => sameName(other.name, name)),
    ),
  );
}

function dropHere(file: BranchFile, base: TableDef, here: TableDef, scn: number, touched: Set<string>): void {
  attempt(base.name, () => dropTable(file, here, `DROP TABLE main.${ident(here.name)}`, scn, touched));
}

/** Repeats on the target's table what ALTER TABLE did to the source's: SQLite has no other way to change one. */
function alterHere(
  file: BranchFile,
  base: TableDef,
  source: TableDef,
  target: TableDef,
  scn: number,
  touched: Set<string>,
): void {
  let name = target.name;
  const alter = (what: string, renamed?: { from: string; to: string }) =>
    attempt(name, () =>
      changeSchema(
        file,
        scn,
        renamed && { table: target.uid, ...renamed },
        () => file.db.exec(`ALTER TABLE main.${ident(name)} ${what}`),
        () => source,
      ),
    );
  if (source.name !== base.name && source.name !== target.name) {
    if (target.name !== base.name)
      throw conflict(base.name, `it is now ${source.name} on the source and ${target.name} on the target`);
    alter(`RENAME TO ${ident(source.name)}`);
    name = source.name;
  }
  for (const column of base.columns) {
    const there = byColumnUid(source, column);
    const here = byColumnUid(target, column);
    if (!here) {
      if (there && there.name !== column.name)
        throw conflict(base.name, `column ${column.name} was renamed on the source and dropped on the target`);
      continue;
    }
    if (!there) {
      if (here.name !== column.name)
        throw conflict(base.name, `column ${column.name} was dropped on the source and renamed on the target`);
      imageBeforeDrop(file, target.uid, touched);
      alter(`DROP COLUMN ${ident(here.name)}`);
    } else if (there.name !== column.name && there.name !== here.name) {
      if (here.name !== column.name)
        throw conflict(base.name, `column ${column.name} was renamed differently on each side`);
      alter(`RENAME COLUMN ${ident(here.name)} TO ${ident(there.name)}`, { from: here.name, to: there.name });
    }
  }
  for (const column of source.columns) {
    if (byColumnUid(base, column) || byColumnUid(target, column)) continue;
    const named = target.columns.find((other) => sameName(other.name, column.name));
    const definition = columnText(source.sql, column.name);
    if (named) {
      if (withoutStyle(columnText(target.sql, named.name)) === withoutStyle(definition)) continue;
      throw conflict(base.name, `column ${column.name} was added differently on each side`);
    }
    alter(`ADD COLUMN ${definition}`);
  }
}

function imageBeforeDrop(file: BranchFile, uid: string, touched: Set<string>): void {
  const table = file.epoch.tables.find((each) => each.uid === uid)!;
  file.capture.hook([table], false);
  file.capture.imageAll(table);
  touched.add(uid);
}

/** Indexes, views and triggers, three-way by their text. What SQLite itself rewrote after a rename already agrees. */
function mergeObjects(
  file: BranchFile,
  base: Epoch,
  source: Epoch,
  before: Epoch,
  scn: number,
  merge: SchemaMerge,
): void {
  const names = new Set([...base.objects, ...source.objects].map(objectKey));
  const drops: SchemaObject[] = [];
  const creates: SchemaObject[] = [];
  for (const key of names) {
    const [was, there, here, hereBefore] = [base, source, file.epoch, before].map((epoch) =>
      epoch.objects.find((each) => objectKey(each) === key),
    );
    if (there?.sql === here?.sql || there?.sql === was?.sql) continue;
    if (hereBefore?.sql !== was?.sql) {
      const { name, type } = (there ?? was)!;
      const decision = merge.decide(name);
      if (decision === null) throw conflict(name, `this ${type} was changed differently on each side`);
      if (decision === "target") continue;
    }
    if (here) drops.push(here);
    if (there) creates.push(there);
  }
  if (drops.length + creates.length === 0) return;
  creates.sort((a, b) => source.objects.indexOf(a) - source.objects.indexOf(b));
  attempt((drops[0] ?? creates[0])!.name, () =>
    changeSchema(file, scn, undefined, () => {
      for (const object of [...drops].reverse()) file.db.exec(`DROP ${object.type} main.${ident(object.name)}`);
      for (const object of creates) file.db.exec(object.sql);
    }),
  );
}

/** The definition of one column, as it stands in a CREATE TABLE text. */
function columnText(sql: string, column: string): string {
  const tokens = tokenize(sql);
  const open = tokens.findIndex((token) => isSymbol(token, "("));
  let depth = 0;
  let part: Token[] = [];
  for (const token of tokens.slice(open)) {
    if (isSymbol(token, "(") && depth++ === 0) continue;
    const closes = isSymbol(token, ")") && --depth === 0;
    if (closes || (depth === 1 && isSymbol(token, ","))) {
      if (part[0] && sameName(nameOf(part[0]), column)) return sql.slice(part[0].start, part.at(-1)!.end);
      part = [];
      if (closes) break;
    } else part.push(token);
  }
  return ident(column);
}

function attempt(name: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw conflict(name, error instanceof Error ? error.message : String(error));
  }
}

function conflict(name: string, message: string): SchemaConflict {
  return new SchemaConflict({
    table: name,
    rowId: null,
    column: null,
    type: "schema",
    base: null,
    source: null,
    target: null,
    resolution: null,
    resolved: null,
    message: `${name}: ${message}`,
  });
}

function byUid(epoch: Epoch, table: TableDef): TableDef | undefined {
  return epoch.tables.find((other) => other.uid === table.uid);
}

function byColumnUid(table: TableDef, column: ColumnDef): ColumnDef | undefined {
  return table.columns.find((other) => other.uid === column.uid);
}

function objectKey(object: SchemaObject): string {
  return `${object.type} ${object.name.toLowerCase()}`;
}
