import type { Form } from "../parameters/parameters.js";
import type { Mode, Outcome, Outcomes } from "../statements/outcome.js";
import { cellWriter, typeOfValue } from "./cells.js";
import { indented, jsonNumber, jsonString } from "./json-text.js";

type RowsOutcome = Extract<Outcome, { kind: "rows" }>;

/** The body of a result. @param elapsedMs of the whole request */
export function outcomesText({ outcomes, mode, sequence }: Outcomes, form: Form, elapsedMs: number): string {
  const results = outcomes.map((outcome) => outcomeText(outcome, mode, form)).join(",");
  const json = object([
    ["results", `[${results}]`],
    ["time", seconds(form, elapsedMs)],
    ["sequence_number", sequence === undefined ? null : String(sequence)],
  ]);
  return form.pretty ? indented(json) : json;
}

function outcomeText(outcome: Outcome, mode: Mode, form: Form): string {
  const isAssociative = form.associative && mode !== "execute";
  switch (outcome.kind) {
    case "nothing":
      return isAssociative ? `{"rows":${mode === "request" ? "null" : "[]"}}` : "{}";
    case "failed": {
      const error = `"error":${jsonString(outcome.message)}`;
      return isAssociative && mode === "query" ? `{"rows":[],${error}}` : `{${error}}`;
    }
    case "written":
      return object([
        ["last_insert_id", outcome.lastInsertId ? String(outcome.lastInsertId) : null],
        ["rows_affected", outcome.affected > 0 ? String(outcome.affected) : null],
        ["time", seconds(form, outcome.ms)],
        ["rows", isAssociative ? "null" : null],
      ]);
    case "rows":
      return isAssociative ? associativeText(outcome, form) : rowsText(outcome, form);
  }
}

function rowsText(outcome: RowsOutcome, form: Form): string {
  const { columns, rows, ms } = outcome;
  const writers = writersOf(outcome, form);
  const lines = rows.map((row) => `[${row.map((value, i) => writers[i]!(value)).join(",")}]`);
  return object([
    ["columns", `[${columns.map(({ name }) => jsonString(name)).join(",")}]`],
    ["types", `[${typesOf(outcome).map(jsonString).join(",")}]`],
    ["values", lines.length === 0 ? null : `[${lines.join(",")}]`],
    ["time", seconds(form, ms)],
  ]);
}

/** Names in order; of equal ones the last counts. */
function associativeText(outcome: RowsOutcome, form: Form): string {
  const { columns, rows, ms } = outcome;
  const places = [...new Map(columns.map(({ name }, i) => [name, i]))].sort(([a], [b]) => byBytes(a, b));
  const names = places.map(([name]) => jsonString(name));
  const types = typesOf(outcome);
  const writers = writersOf(outcome, form);
  const lines = rows.map(
    (row) => `{${places.map(([, place], i) => `${names[i]}:${writers[place]!(row[place]!)}`).join(",")}}`,
  );
  return object([
    ["types", `{${places.map(([, place], i) => `${names[i]}:${jsonString(types[place]!)}`).join(",")}}`],
    ["rows", `[${lines.join(",")}]`],
    ["time", seconds(form, ms)],
  ]);
}

function typesOf({ columns, rows }: RowsOutcome): string[] {
  return columns.map(({ declared }, i) => declared?.toLowerCase() || typeOfValue(rows[0]?.[i]));
}

function writersOf({ columns }: RowsOutcome, { blobArray }: Form) {
  return columns.map(({ declared }) => cellWriter(declared?.toLowerCase() ?? "", blobArray));
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Null where times are not asked for. */
function seconds({ timings }: Form, ms: number): string | null {
  return timings ? jsonNumber(Number((ms / 1000).toFixed(9))) : null;
}

/** An object without its absent fields. */
function object(fields: readonly (readonly [name: string, json: string | null])[]): string {
  return `{${fields.flatMap(([name, json]) => (json === null ? [] : [`"${name}":${json}`])).join(",")}}`;
}
