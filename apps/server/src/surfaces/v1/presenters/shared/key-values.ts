import { type InsertRowsResult, type JsonCell, toJsonCell, type Value } from "@heliosdb/port";
import { custom, listOf } from "../../../../schema/index.js";
import { cell } from "../../schemas/values.js";

/** Key values of inserted rows, in row order. */
export const keyValues = listOf(
  custom<JsonCell | readonly JsonCell[]>(
    {
      nullable: true,
      oneOf: [
        { type: "string" },
        { type: "number" },
        { type: "boolean" },
        { type: "array", items: cell.json, description: "A composite key." },
      ],
    },
    (value) => value as JsonCell | readonly JsonCell[],
    [cell],
  ),
  { description: "Key values in the order of the rows; null for a skipped row." },
);

export function presentIds(ids: InsertRowsResult["ids"]): readonly (JsonCell | readonly JsonCell[])[] {
  return ids.map((id) => (isList(id) ? id.map((value) => toJsonCell(value)) : toJsonCell(id)));
}

function isList(id: Value | readonly Value[]): id is readonly Value[] {
  return Array.isArray(id);
}
