import { type DescribedOperation, describedOperation } from "../../../http/surface/described-operation.js";
import type { Operation } from "../../../http/surface/operation.js";
import type { ObjectSchema, Schema } from "../../../schema/index.js";
import type { Infer } from "../../../schema/schema.js";

type Part = { readonly [keyword: string]: unknown };

/** An operation, and what of its result is shown where that is not all. */
export interface HeliumOperation<P = unknown, Q = unknown, B = unknown> extends DescribedOperation<P, Q, B> {
  readonly view?: (result: unknown) => unknown;
  /** Its own answer to credentials that don't hold, where they come in the body. */
  readonly unauthorized?: number;
}

export interface Success {
  readonly description: string;
  /** A JSON schema. */
  readonly schema: Part;
  readonly example: unknown;
}

const MESSAGE = {
  type: "object",
  required: ["message"],
  properties: {
    message: { type: "string" },
    relevantInput: { type: "object", description: "The part of the request that is meant, where there is one." },
  },
};
const EXPIRATION_HEADER = {
  "X-Session-Expiration": {
    description: "When the session ends, in milliseconds since 1970.",
    schema: { type: "integer", format: "int64" },
  },
};
const REASONS: { readonly [status: number]: string } = {
  400: "The request can't be fulfilled as it is",
  401: "No X-API-Key, or none that is a session which has not ended",
  403: "The API key behind the session may not do this, or the branch can't be written to",
  404: "No such schema, point in time or table",
  413: "The body is too large",
  415: "The body is neither JSON nor a form",
  429: "Too many requests",
  503: "The server is overloaded or shutting down",
};

/** OpenAPI responses: the one that is hoped for, and errors by status. */
export function responses(
  { description, schema, example }: Success,
  errors: readonly number[],
): { readonly [status: string]: Part } {
  const headers = EXPIRATION_HEADER;
  const failures = errors.map((status) => {
    const content = { "application/json": { schema: MESSAGE } };
    return [String(status), { description: REASONS[status], content }] as const;
  });
  return {
    "200": { description, headers, content: { "application/json": { schema, example } } },
    ...Object.fromEntries(failures),
  };
}

type Declared<P, Q, S extends Schema<unknown>> = Parameters<typeof describedOperation<P, Q, S>>[0];

export function heliumOperation<
  P = Record<never, never>,
  Q = Record<never, never>,
  S extends Schema<unknown> = Schema<undefined>,
>(
  declared: Declared<P, Q, S> & { params?: ObjectSchema<P>; query?: Schema<Q>; body?: S },
  own: Pick<HeliumOperation, "view" | "unauthorized"> = {},
): HeliumOperation<P, Q, Infer<S>> {
  return { ...describedOperation<P, Q, S>(declared), ...own };
}

export function viewOf(operation: Operation, result: unknown): unknown {
  const { view } = operation as HeliumOperation;
  return view ? view(result) : result;
}
