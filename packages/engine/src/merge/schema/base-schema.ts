import type { ColumnDef, Epoch, SchemaObject, TableDef } from "../../schema/model.js";
import { parseTableText, printTable, type TableText } from "../../schema/table-text.js";
import { ident } from "../../sql/names.js";
import { SchemaConflict } from "./conflict.js";
import { type NamedTexts, withNames } from "./merged-names.js";
import { objectKey, sameObject } from "./object-text.js";
import type { SchemaIdentity } from "./schema-identity.js";
import { mergeTables } from "./table-text.js";

/** The SCN of an epoch that no commit made: never equal to that of a side. */
const FOLDED = -1;

const NO_SCHEMA: Epoch = { scn: 0, tables: [], objects: [] };

/**
 * Folds the schemas of several bases into one: everything that one of them has, unless another dropped it since their
 * own base. If both changed a name or a definition, either will do: the sides have settled it since.
 */
export function foldEpochs(identity: SchemaIdentity, common: Epoch | undefined, a: Epoch, b: Epoch): Epoch {
  if (a.scn === b.scn || b.scn === common?.scn) return a;
  if (a.scn === common?.scn) return b;
  const tables = foldTableLists(identity, common?.tables ?? [], a.tables, b.tables);
  const [were, ofA, ofB] = [common ?? NO_SCHEMA, a, b].map((epoch) => withNames(epoch, tables, identity));
  const objects = foldLists(
    ofA!.objects,
    ofB!.objects,
    (object) => findObject(were!.objects, object),
    (object) => findObject(ofA!.objects, object),
    (object) => findObject(ofB!.objects, object),
    (was, x, y) => (sameObject(was, x) ? y : x),
  );
  const textOf = (epoch: Epoch, { tables: texts }: NamedTexts, table: TableDef) => {
    const own = identity.table(epoch, table);
    return own && parseTableText(texts.get(own.uid)!);
  };
  const withText = tables.map((table): TableDef => {
    const [x, y] = [textOf(a, ofA!, table), textOf(b, ofB!, table)];
    const text = x && y ? foldTexts(common && textOf(common, were!, table), x, y) : (x ?? y)!;
    return { ...table, sql: printTable(ident(table.name), text) };
  });
  return { scn: FOLDED, tables: withText, objects };
}

/** If the bases differ, either text will do, because the sides have settled the difference since. */
function foldTexts(common: TableText | undefined, a: TableText, b: TableText): TableText {
  try {
    return mergeTables("", common, a, b);
  } catch (error) {
    if (error instanceof SchemaConflict) return a;
    throw error;
  }
}

/** The tables of two epochs, with the changes of both to names and columns since a third. */
export function foldTableLists(
  identity: SchemaIdentity,
  common: readonly TableDef[],
  a: readonly TableDef[],
  b: readonly TableDef[],
): TableDef[] {
  const find = (tables: readonly TableDef[], table: TableDef) => identity.table({ tables }, table);
  return foldLists(a, b, find.bind(null, common), find.bind(null, a), find.bind(null, b), (was, x, y) =>
    foldTables(identity, was, x, y),
  );
}

function foldTables(identity: SchemaIdentity, common: TableDef | undefined, a: TableDef, b: TableDef): TableDef {
  const changed = common === undefined || a.sql !== common.sql ? a : b;
  const find = (table: TableDef | undefined, column: ColumnDef) => table && identity.column(table, column);
  return {
    ...changed,
    name: a.name === common?.name ? b.name : a.name,
    columns: foldLists(
      a.columns,
      b.columns,
      find.bind(null, common),
      find.bind(null, a),
      find.bind(null, b),
      (was, x, y) => (x.name === was?.name ? y : x),
    ),
  };
}

/** Two lists, with the changes of both since a third. */
function foldLists<T>(
  a: readonly T[],
  b: readonly T[],
  inCommon: (item: T) => T | undefined,
  inA: (item: T) => T | undefined,
  inB: (item: T) => T | undefined,
  merge: (common: T | undefined, a: T, b: T) => T,
): T[] {
  const both = a.flatMap((item) => {
    const [was, other] = [inCommon(item), inB(item)];
    if (other) return [merge(was, item, other)];
    return was ? [] : [item];
  });
  return [...both, ...b.filter((item) => !inA(item) && !inCommon(item))];
}

function findObject(objects: readonly SchemaObject[], object: SchemaObject): SchemaObject | undefined {
  return objects.find((other) => objectKey(other) === objectKey(object));
}
