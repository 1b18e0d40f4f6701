import type { RowsEnd } from "../../../../http/surface/response-format.js";
import { boolean, custom, integer, listOf, named, objectOf, text } from "../../../../schema/index.js";
import { invalid } from "../../../../schema/invalid.js";
import { scn } from "../../schemas/values.js";
import { view } from "../view/view.js";

/** Fields of the first line that both dialects share. */
export const firstFields = {
  columns: listOf(text(), { description: "In order. Equal names get `:1`, `:2` and so on where rows are objects." }),
  scn,
};

export const planText = text({ description: "One line per step, if requested." });

const yes = custom<true>({ type: "boolean", enum: [true] }, (value, path) => {
  if (value !== true) throw invalid(path, "true", value);
  return true;
});

/** The last line of a complete stream, the same in both dialects. */
export const last = view(
  named(
    "QueryEnd",
    objectOf({
      end: yes,
      row_count: integer({ example: 300_000 }),
      truncated: boolean({ description: "True if `max_rows` cut the response." }),
      execution_time_ms: integer({ description: "Milliseconds from the request to this line.", example: 1200 }),
      scn,
    }),
  ),
  (end: RowsEnd, meta) => ({
    end: true as const,
    row_count: end.rowCount,
    truncated: end.truncated,
    execution_time_ms: meta.elapsedMs,
    scn: end.scn,
  }),
);
