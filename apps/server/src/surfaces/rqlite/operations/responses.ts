/** Parts of the document that operations share. */
export const TEXT = { "text/plain": { schema: { type: "string" } } };

const RESULT = {
  type: "object",
  properties: {
    last_insert_id: { type: "integer", format: "int64" },
    rows_affected: { type: "integer", format: "int64" },
    columns: { type: "array", items: { type: "string" } },
    types: { description: "A list, or with `associative` an object by column." },
    values: { type: "array", items: { type: "array", items: {} } },
    rows: { type: "array", nullable: true, items: { type: "object", additionalProperties: true } },
    error: { type: "string" },
    time: { type: "number" },
  },
};

export const RESULTS_SCHEMA = {
  type: "object",
  required: ["results"],
  properties: {
    results: { type: "array", items: RESULT },
    time: { type: "number" },
    sequence_number: { type: "integer", format: "int64" },
  },
};

export function results(example: unknown) {
  return {
    description: "The result of each statement, errors of SQL among them",
    content: { "application/json": { schema: RESULTS_SCHEMA, example } },
  };
}

export const REFUSALS = {
  "400": { description: "The request is malformed", content: TEXT },
  "401": { description: "No valid credential, or one that lacks the scope. No body" },
  "404": { description: "No such branch", content: TEXT },
  "429": { description: "Too many requests", content: TEXT },
  "503": { description: "The server is overloaded or shutting down", content: TEXT },
};
