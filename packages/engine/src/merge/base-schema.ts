import type { ColumnDef, Epoch, SchemaObject, TableDef } from "../schema/model.js";
import type { Identity } from "./identity.js";
import { objectKey, sameObject } from "./objects.js";

/** An epoch that no commit made: never equal to that of a side. */
const FOLDED = -1;

/**
 * The schema of several bases as one: what any of them has, unless another dropped it since their own base. Of a name
 * or a text that both changed, either will do: the sides have settled it since.
 */
export function foldEpochs(identity: Identity, common: Epoch | undefined, a: Epoch, b: Epoch): Epoch {
  if (a.scn === b.scn || b.scn === common?.scn) return a;
  if (a.scn === common?.scn) return b;
  const find = (epoch: Epoch | undefined, table: TableDef) => epoch && identity.table(epoch, table);
  return {
    scn: FOLDED,
    tables: foldLists(
      a.tables,
      b.tables,
      find.bind(null, common),
      find.bind(null, a),
      find.bind(null, b),
      (was, x, y) => foldTables(identity, was, x, y),
    ),
    objects: foldLists(
      a.objects,
      b.objects,
      (object) => findObject(common, object),
      (object) => findObject(a, object),
      (object) => findObject(b, object),
      (was, x, y) => (sameObject(was, x) ? y : x),
    ),
  };
}

function foldTables(identity: Identity, common: TableDef | undefined, a: TableDef, b: TableDef): TableDef {
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

/** Two lists with the changes of both since a third. */
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

function findObject(epoch: Epoch | undefined, object: SchemaObject): SchemaObject | undefined {
  return epoch?.objects.find((other) => objectKey(other) === objectKey(object));
}
