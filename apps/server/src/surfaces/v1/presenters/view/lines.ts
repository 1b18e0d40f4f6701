import type { RowForm, StreamEnd, StreamHead } from "@heliosdb/port";
import { boolean, custom, integer, listOf, named, objectOf, type Shape, text } from "../../../../schema/index.js";
import { invalid } from "../../../../schema/invalid.js";
import { scn } from "../../schemas/values.js";
import { type View, view } from "./view.js";

/** What an answer of lines ends with. */
export interface LinesEnd extends StreamEnd {
  readonly scn: number;
}

/** An answer in lines of JSON, in one dialect: what stands first, how the rows stand, and what stands last. */
export interface LineViews {
  readonly first: View<StreamHead>;
  readonly rows: RowForm;
  readonly row: Shape<unknown>;
  readonly last: View<LinesEnd>;
}

/** Fields of the first line that are the same in both dialects. */
export const firstFields = {
  columns: listOf(text(), { description: "In order. Equal names get `:1`, `:2` and so on where rows are objects." }),
  scn,
};

export const planText = text({ description: "One line a step, where it was asked for." });

const yes = custom<true>({ type: "boolean", enum: [true] }, (value, path) => {
  if (value !== true) throw invalid(path, "true", value);
  return true;
});

/** The last line of an answer that is whole: the same in both dialects. */
export const last = view(
  named(
    "QueryEnd",
    objectOf({
      end: yes,
      row_count: integer({ example: 300_000 }),
      truncated: boolean({ description: "True when `max_rows` cut the answer." }),
      execution_time_ms: integer({ description: "Milliseconds from the request to this line.", example: 1200 }),
      scn,
    }),
  ),
  (end: LinesEnd, context) => ({
    end: true as const,
    row_count: end.rowCount,
    truncated: end.truncated,
    execution_time_ms: context.elapsedMs,
    scn: end.scn,
  }),
);
