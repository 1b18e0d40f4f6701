type Part = { readonly [keyword: string]: unknown };

const ERROR = {
  type: "object",
  required: ["message", "code"],
  properties: {
    message: { type: "string", example: "The stream has expired due to inactivity" },
    code: { type: "string", example: "STREAM_EXPIRED" },
    error: { type: "object", description: "The same two fields, where some clients look for them." },
  },
};

/** An OpenAPI response with a JSON body. */
export function response(description: string, schema: Part, example?: unknown): Part {
  return { description, content: { "application/json": { schema, ...(example !== undefined && { example }) } } };
}

export function textResponse(description: string, example: string): Part {
  return { description, content: { "text/plain": { schema: { type: "string" }, example } } };
}

const error = (description: string): Part => response(description, ERROR);

/** The refusals of a whole request. What is wrong with one statement is in its result. */
export const REFUSALS = {
  "400": error("The body is not as it should be, or the stream's transaction has ended (`STREAM_EXPIRED`)"),
  "401": error("No valid credential"),
  "403": error("The key may not do this"),
  "413": error("The body is too large"),
  "429": error("Too many requests"),
  "503": error("The server is busy or ending"),
};
