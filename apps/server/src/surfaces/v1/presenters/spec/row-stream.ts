import type { StreamHead } from "@heliosdb/port";
import { listOf, named, objectOf, optional } from "../../../../schema/index.js";
import { cell, columnTypeSpec, SPEC_TYPES } from "../../schemas/values.js";
import { firstFields, last, planText } from "../shared/row-stream.js";
import { shapeOf } from "../shared/values.js";
import { type RowStreamViews, view } from "../view/view.js";

export const stream: RowStreamViews = {
  first: view(
    named(
      "SpecQueryBegin",
      objectOf({ ...firstFields, column_types: listOf(columnTypeSpec), execution_plan: optional(planText) }),
    ),
    (head: StreamHead) => ({
      columns: shapeOf(head.columns).names,
      column_types: shapeOf(head.columns).types.map((type) => SPEC_TYPES[type]),
      scn: head.scn,
      ...(head.plan !== undefined && { execution_plan: head.plan }),
    }),
  ),
  rows: "arrays",
  row: listOf(cell, { description: "A row in the order of the columns." }),
  last,
};
