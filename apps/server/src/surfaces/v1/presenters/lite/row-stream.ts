import { distinctNames, type StreamHead } from "@heliosdb/port";
import { listOf, named, objectOf, optional, recordOf } from "../../../../schema/index.js";
import { cell, columnTypeLite } from "../../schemas/values.js";
import { firstFields, last, planText } from "../shared/row-stream.js";
import { namesOf } from "../shared/values.js";
import { type RowStreamViews, view } from "../view/view.js";

export const stream: RowStreamViews = {
  first: view(
    named(
      "QueryBegin",
      objectOf({ ...firstFields, column_types: listOf(columnTypeLite), execution_plan: optional(planText) }),
    ),
    (head: StreamHead) => ({
      columns: distinctNames(namesOf(head.columns)),
      column_types: head.columns.map(({ type }) => type),
      scn: head.scn,
      ...(head.plan !== undefined && { execution_plan: head.plan }),
    }),
  ),
  rows: "objects",
  row: recordOf(cell, { description: "A row by column." }),
  last,
};
