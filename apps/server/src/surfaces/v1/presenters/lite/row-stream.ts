import { type StreamHead } from "@heliosdb/port";
import { listOf, named, objectOf, optional, recordOf } from "../../../../schema/index.js";
import { cell, columnTypeLite } from "../../schemas/values.js";
import { firstFields, last, planText } from "../shared/row-stream.js";
import { shapeOf } from "../shared/values.js";
import { type RowStreamViews, view } from "../view/view.js";

export const stream: RowStreamViews = {
  first: view(
    named(
      "QueryBegin",
      objectOf({ ...firstFields, column_types: listOf(columnTypeLite), execution_plan: optional(planText) }),
    ),
    (head: StreamHead) => ({
      columns: shapeOf(head.columns).keys,
      column_types: shapeOf(head.columns).types,
      scn: head.scn,
      ...(head.plan !== undefined && { execution_plan: head.plan }),
    }),
  ),
  rows: "objects",
  row: recordOf(cell, { description: "A row by column." }),
  last,
};
