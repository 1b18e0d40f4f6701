import type { SchemaDifference } from "@heliosdb/port";
import type { Epoch, SchemaObject } from "../schema/model.js";
import { sameName } from "../sql/names.js";
import { withoutStyle } from "../sql/tokenize.js";
import { nameOf, type TablePair } from "./table-pairs.js";

/**
 * The differences between two schemas: tables first, then indexes, views and triggers, each sorted by name. White
 * space, comments and letter case are ignored. With `only`, the objects that belong to those tables.
 */
export function schemaDifferences(
  from: Epoch,
  to: Epoch,
  pairs: readonly TablePair[],
  only: boolean,
): SchemaDifference[] {
  const belongs = (object: SchemaObject) =>
    !only ||
    pairs.some((pair) => [pair.from, pair.to].some((table) => table !== null && sameName(table.name, object.table)));
  const tables = pairs.flatMap((pair) => difference("table", nameOf(pair), pair.from?.sql, pair.to?.sql));
  const objects = (["index", "view", "trigger"] as const).flatMap((type) => {
    const of = (epoch: Epoch) => epoch.objects.filter((object) => object.type === type && belongs(object));
    const [older, newer] = [of(from), of(to)];
    const named = (objects: readonly SchemaObject[], { name }: SchemaObject) =>
      objects.find((other) => sameName(other.name, name));
    const gone = older.filter((object) => !named(newer, object));
    return [
      ...gone.flatMap((object) => difference(type, object.name, object.sql, undefined)),
      ...newer.flatMap((object) => difference(type, object.name, named(older, object)?.sql, object.sql)),
    ].sort((a, b) => (a.name < b.name ? -1 : 1));
  });
  return [...tables, ...objects];
}

function difference(
  type: SchemaDifference["type"],
  name: string,
  from: string | undefined,
  to: string | undefined,
): SchemaDifference[] {
  if (from === to) return [];
  const common = { type, name, from: from ?? null, to: to ?? null };
  if (from === undefined) return [{ ...common, change: "added" }];
  if (to === undefined) return [{ ...common, change: "dropped" }];
  return withoutStyle(from) === withoutStyle(to) ? [] : [{ ...common, change: "altered" }];
}
