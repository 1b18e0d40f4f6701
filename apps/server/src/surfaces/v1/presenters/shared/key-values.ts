import type { Cell } from "@heliosdb/port";
import { custom, listOf } from "../../../../schema/index.js";
import { cell } from "../../schemas/values.js";

/** Key values of inserted rows, in row order. */
export const keyValues = listOf(
  custom<Cell | readonly Cell[]>(
    {
      nullable: true,
      oneOf: [
        { type: "string" },
        { type: "number" },
        { type: "boolean" },
        { type: "array", items: cell.json, description: "A composite key." },
      ],
    },
    (value) => value as Cell | readonly Cell[],
    [cell],
  ),
  { description: "Key values in row order; null for a row that was skipped." },
);
