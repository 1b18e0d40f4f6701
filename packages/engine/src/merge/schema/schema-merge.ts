import { HeliosError } from "@heliosdb/port";
import {
  type ColumnDef,
  type Epoch,
  findTable,
  type SchemaObject,
  storedColumns,
  type TableDef,
} from "../../schema/model.js";
import { parseTableText, printTable, referencedTables, type TableText } from "../../schema/table-text.js";
import { ident, sameName } from "../../sql/names.js";
import { withoutOwnName } from "../../sql/own-name.js";
import type { BranchFile } from "../../write/branch-file.js";
import { changeSchema, dropTable, dropTombstone } from "../../write/ddl.js";
import { foldTableLists } from "./base-schema.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { type NamedTexts, withNames, withoutMarks } from "./merged-names.js";
import { isAlike, objectKey, sameObject } from "./object-text.js";
import { type Decide, dropObjects, type ObjectPlan, planObjects, withDependents } from "./objects.js";
import { beginRebuild, type Rebuild } from "./rebuild.js";
import type { SchemaIdentity } from "./schema-identity.js";
import { renameTables, TableChange } from "./table-changes.js";
import { isSameTable, mergeTables } from "./table-text.js";

/** The schemas to merge, and their files. Rows matter too: a drop may lose what the other side wrote. */
export interface SchemaMerge {
  readonly file: BranchFile;
  readonly base: Epoch;
  readonly source: Epoch;
  readonly identity: SchemaIdentity;
  readonly sourceWrote: (table: TableDef) => boolean;
  readonly targetWrote: (table: TableDef) => boolean;
  /**
   * Whether the side changed the value of this column in a row that the base has; or, with `inserted`, gave a new row a
   * value other than the initial one.
   */
  readonly sourceChanged: (table: TableDef, column: ColumnDef, inserted: boolean) => boolean;
  readonly targetChanged: (table: TableDef, column: ColumnDef, inserted: boolean) => boolean;
  readonly decide: Decide;
}

/** The steps that follow when the merged rows are known. */
export interface SchemaPlan {
  /** Uids of tables that the caller's resolution keeps as the target has them. */
  readonly kept: ReadonlySet<string>;
  readonly rebuilds: readonly Rebuild[];
  readonly objects: ObjectPlan;
}

/**
 * Applies one side's schema changes since the base: tables and columns by identity, everything else by name. It is a
 * conflict if both sides changed something differently, or if one dropped what the other wrote to. Runs on the target's
 * file, in the merge's transaction, before rows are merged: steps that rows could prevent, or that could prevent rows,
 * are left for later.
 */
export function mergeSchema(merge: SchemaMerge, scn: number, touched: Set<string>): SchemaPlan {
  const { file, base, source, identity } = merge;
  const kept = new Set<string>();
  const before = file.epoch;
  // Read only if a table was dropped or the source changed its schema.
  let known: Texts | undefined;
  const namedOnce = () => {
    known ??= namedTexts(merge);
    return known;
  };
  checkDrops(merge, namedOnce, kept);
  if (source.scn === base.scn) return { kept, rebuilds: [], objects: { drops: [], creates: [], returning: [] } };
  const texts = namedOnce();
  const shapes = mergeShapes(merge, texts, kept);
  const objects = withDependents(
    planObjects(texts.base.objects, texts.source.objects, texts.target.objects, merge.decide),
    texts.target.objects,
    !hasSameTables(base, source),
  );
  dropObjects(file, objects, scn);
  for (const table of base.tables) {
    const here = identity.table(file.epoch, table);
    if (here && !kept.has(here.uid) && !identity.table(source, table)) {
      attempt(table.name, () => dropTable(file, here, `DROP TABLE main.${ident(here.name)}`, scn, touched));
    }
  }
  renameTables(file, renamesOf(merge, kept), scn);
  const rebuilds: Rebuild[] = [];
  for (const table of source.tables) {
    const here = identity.table(file.epoch, table);
    const was = identity.table(base, table);
    if (here && !kept.has(here.uid)) {
      const versions = { base: was ?? here, source: table, name: here.name, ...shapes.get(table.uid)! };
      unlessKept(merge, table.name, here.uid, kept, () => {
        const change = new TableChange(file, identity, versions, scn, touched);
        if (change.apply() === "rebuild") rebuilds.push(beginRebuild(file, versions, scn));
      });
    } else if (!here && !was) {
      unlessKept(merge, table.name, null, kept, () => addHere(merge, table, texts.source.tables.get(table.uid)!, scn));
    }
  }
  for (const table of file.epoch.tables) {
    if (kept.has(table.uid)) continue;
    // As in the merged schema: by now, the same words may name another table in the file.
    const shape = shapes.get(identity.table(source, table)?.uid ?? "");
    const text = shape ? printTable("merged", shape.merged) : (texts.target.tables.get(table.uid) ?? table.sql);
    checkReferences(merge, before, table, text);
  }
  return { kept, rebuilds, objects };
}

function hasSameTables(a: Epoch, b: Epoch): boolean {
  return (
    a.tables.length === b.tables.length &&
    a.tables.every((table) => b.tables.some(({ name, sql }) => name === table.name && sql === table.sql))
  );
}

/** The definitions of all three states with the names of the merged schema. */
interface Texts {
  readonly base: NamedTexts;
  readonly source: NamedTexts;
  readonly target: NamedTexts;
}

function namedTexts({ file, base, source, identity }: SchemaMerge): Texts {
  const names = foldTableLists(identity, base.tables, file.epoch.tables, source.tables);
  return {
    base: withNames(base, names, identity, refuseClash),
    source: withNames(source, names, identity, refuseClash),
    target: withNames(file.epoch, names, identity, refuseClash),
  };
}

function refuseClash(table: string, column: string | null): never {
  const what = column === null ? "two tables would have this name" : `two columns would be named ${column}`;
  throw new SchemaConflict(table, `after the merge ${what}`);
}

/** A rebuilt table's definition doesn't contain its own name, so that counts as no difference. */
function comparable({ tables }: NamedTexts, { uid }: TableDef): TableText {
  return parseTableText(withoutOwnName(tables.get(uid)!));
}

/** The merged definition of each table that both sides have, by the source's uid. */
function mergeShapes(
  { file, base, source, identity, decide }: SchemaMerge,
  texts: Texts,
  kept: Set<string>,
): Map<string, { merged: TableText; target: TableText }> {
  const shapes = new Map<string, { merged: TableText; target: TableText }>();
  for (const table of source.tables) {
    const here = identity.table(file.epoch, table);
    if (!here || kept.has(here.uid)) continue;
    const was = identity.table(base, table);
    const target = comparable(texts.target, here);
    const theirs = comparable(texts.source, table);
    try {
      const merged = mergeTables(table.name, was && comparable(texts.base, was), theirs, target);
      shapes.set(table.uid, { merged, target });
    } catch (error) {
      if (!(error instanceof SchemaConflict)) throw error;
      const decision = decide(table.name);
      if (decision === null) throw error;
      if (decision === "source") throw onlyTarget(table.name);
      kept.add(here.uid);
    }
  }
  return shapes;
}

/**
 * No table may refer to one that a side dropped, unless that side left such a reference itself. `before` is the
 * target's schema.
 */
function checkReferences(
  { file, base, source, identity }: SchemaMerge,
  before: Epoch,
  table: TableDef,
  text: string,
): void {
  const gone = danglingOf(file.epoch, text);
  if (gone.length === 0) return;
  const left = [source, before].flatMap((epoch) => {
    const own = identity.table(epoch, table);
    return own ? danglingOf(epoch, own.sql) : [];
  });
  for (const parent of gone) {
    if (left.some((name) => sameName(name, parent))) continue;
    const was = findTable(base, parent);
    const side = was && !identity.table(source, was) ? "source" : "target";
    throw new SchemaConflict(table.name, `it references ${parent}, which the ${side} dropped`);
  }
}

/** Tables that a definition refers to but that don't exist. */
function danglingOf(epoch: Epoch, sql: string): string[] {
  return referencedTables(sql).flatMap((name) => (findTable(epoch, name) ? [] : [withoutMarks(name)]));
}

/** Applies the source's change, unless it conflicts and the caller wants to keep the target's table. */
function unlessKept(
  { file, decide }: SchemaMerge,
  name: string,
  uid: string | null,
  kept: Set<string>,
  change: () => void,
): void {
  file.db.exec("SAVEPOINT _helios_table");
  try {
    change();
  } catch (error) {
    if (!(error instanceof SchemaConflict)) throw error;
    const decision = decide(name);
    if (decision === null) throw error;
    if (decision === "source") throw onlyTarget(name);
    file.db.exec("ROLLBACK TO _helios_table");
    file.capture.reset();
    file.reload();
    if (uid !== null) kept.add(uid);
  }
  file.db.exec("RELEASE _helios_table");
}

/** Refuses to drop something that the other side changed: the table itself, its rows, or the values of a column. */
function checkDrops(merge: SchemaMerge, texts: () => Texts, kept: Set<string>): void {
  const { file, base, source, identity, decide } = merge;
  for (const table of base.tables) {
    const there = identity.table(source, table);
    const here = identity.table(file.epoch, table);
    if (there && here) checkDroppedColumns(merge, table, there, here, kept);
    else if (here && (isAltered(texts(), table, here, "target") || merge.targetWrote(here))) {
      const decision = decide(table.name);
      if (decision === null)
        throw new SchemaConflict(table.name, "the source dropped this table, and the target changed it");
      if (decision === "target") kept.add(here.uid);
    } else if (there && (isAltered(texts(), table, there, "source") || merge.sourceWrote(there))) {
      const decision = decide(table.name);
      if (decision === null)
        throw new SchemaConflict(table.name, "the target dropped this table, and the source changed it");
      if (decision === "source") throw onlyTarget(table.name);
    }
  }
}

function checkDroppedColumns(
  merge: SchemaMerge,
  table: TableDef,
  there: TableDef,
  here: TableDef,
  kept: Set<string>,
): void {
  for (const column of storedColumns(table)) {
    const inSource = merge.identity.column(there, column);
    const inTarget = merge.identity.column(here, column);
    const isLost =
      (inSource && !inTarget && merge.sourceChanged(table, column, isReplaced(merge, here, column))) ||
      (inTarget && !inSource && merge.targetChanged(table, column, isReplaced(merge, there, column)));
    if (!isLost) continue;
    const decision = merge.decide(table.name);
    if (decision === null) {
      throw new SchemaConflict(
        table.name,
        `one side dropped column ${column.name}, and the other wrote to it; drop it on both, then merge`,
      );
    }
    if (decision === "target") kept.add(here.uid);
    else if (inSource) throw onlyTarget(table.name);
  }
}

/** Another column has the name now, so writes to the old one can't be attributed. */
function isReplaced({ identity }: SchemaMerge, now: TableDef, column: ColumnDef): boolean {
  return now.columns.some((other) => sameName(other.name, column.name) && identity.column(now, column) !== other);
}

/** Whether a side changed the table's definition, or made an index or a trigger on it. */
function isAltered(texts: Texts, base: TableDef, now: TableDef, side: "source" | "target"): boolean {
  if (base.name !== now.name || !isSameTable(comparable(texts.base, base), comparable(texts[side], now))) return true;
  // By name alone, one that another table had before would do.
  const isOld = (object: SchemaObject) =>
    texts.base.objects.some((was) => objectKey(was) === objectKey(object) && sameObject(was, object));
  return texts[side].objects.some(
    (object) => object.type !== "view" && sameName(object.table, texts[side].names.get(now.uid)!) && !isOld(object),
  );
}

/** Taking the source's definition of a table would discard data that the target has in its own. */
function onlyTarget(name: string): HeliosError {
  return new HeliosError(
    "INVALID_FIELD",
    `The conflict about ${name} can only be resolved with "use": "target". To get the source's version, change the target branch first.`,
    { table: name },
  );
}

/** Tables that the source renamed. If both sides renamed one differently, that is a conflict. */
function renamesOf(
  { file, base, source, identity, decide }: SchemaMerge,
  kept: Set<string>,
): { from: string; to: string }[] {
  return base.tables.flatMap((table) => {
    const [there, here] = [identity.table(source, table), identity.table(file.epoch, table)];
    if (!there || !here || kept.has(here.uid) || there.name === table.name || there.name === here.name) return [];
    if (here.name === table.name) return [{ from: here.name, to: there.name }];
    const decision = decide(table.name);
    if (decision === null) {
      throw new SchemaConflict(
        table.name,
        `it was renamed to ${there.name} on the source and to ${here.name} on the target`,
      );
    }
    if (decision === "source") throw onlyTarget(table.name);
    kept.add(here.uid);
    return [];
  });
}

/** Makes a table of the source, unless the target has made the same one. */
function addHere({ file, source, identity }: SchemaMerge, table: TableDef, text: string, scn: number): void {
  const named = findTable(file.epoch, table.name);
  if (named) {
    if (!isAlike(named.sql, text)) {
      throw new SchemaConflict(table.name, "both sides created different tables with this name");
    }
    identity.joinTables(named, table);
    return;
  }
  attempt(table.name, () =>
    changeSchema(
      file,
      scn,
      undefined,
      () => {
        dropTombstone(file, table.uid);
        file.db.exec(text);
      },
      (name) => findTable(source, name),
    ),
  );
}
