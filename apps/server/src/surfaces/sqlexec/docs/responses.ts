const ERROR = {
  type: "object",
  required: ["error", "code"],
  properties: {
    error: { type: "string", description: "One of a few fixed texts.", example: "query failed" },
    code: { type: "integer", description: "The HTTP status.", example: 400 },
  },
};

type Part = { readonly [keyword: string]: unknown };

/** An OpenAPI response with a JSON body. */
export function response(description: string, schema: Part, example?: unknown): Part {
  return { description, content: { "application/json": { schema, ...(example !== undefined && { example }) } } };
}

export function error(description: string): Part {
  return response(description, ERROR);
}
