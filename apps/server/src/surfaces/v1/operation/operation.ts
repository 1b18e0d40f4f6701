import type { ErrorCode } from "../../../errors/error-table.js";
import type { Operation } from "../../../http/surface/operation.js";
import type { Infer, Schema } from "../../../schema/index.js";
import { type ObjectSchema, objectOf } from "../../../schema/structures.js";
import type { Dialect } from "../dialect/dialects.js";
import type { ViewName } from "../presenters/view/results.js";
import type { View } from "../presenters/view/view.js";
import { subjectOf } from "./subject.js";

type DialectDefaults = { readonly [D in Dialect]?: { readonly [name: string]: unknown } };

/**
 * One operation of the API, declared once: the route, the checks before the handler, the presenter's view and the
 * OpenAPI document all follow from it. `id` is the controller's method name and the operationId.
 */
export interface OperationSpec<P, Q, B> extends Operation<P, Q, B> {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: ObjectSchema<P>;
  readonly query: ObjectSchema<Q>;
  /** The name of a view in each dialect, or a view that they share. Null if the handler writes the body itself. */
  readonly view: ViewName | View<never> | null;
  /** Errors in addition to those of every operation with the same access. */
  readonly errors: readonly ErrorCode[];
  /** The operation deletes a branch: BRANCH_PROTECTED then has another status in the tutorial's dialect. */
  readonly onBranchItself: boolean;
  /** Defaults of query parameters that differ between the documents. */
  readonly dialectDefaults: DialectDefaults;
  /** The same for absent fields of the body. */
  readonly dialectBodyDefaults: DialectDefaults;
  /** Responses that are not JSON, by media type, for the document. */
  readonly rawResponses: { readonly [mediaType: string]: { readonly [keyword: string]: unknown } };
  /** Responses with other statuses that are not errors of the table, for the document. */
  readonly otherResponses: { readonly [status: string]: { readonly [keyword: string]: unknown } };
  /** Request headers of its own, for the document. */
  readonly headers: { readonly [name: string]: { readonly [keyword: string]: unknown } };
  /** Response headers in addition to the common ones, for the document. */
  readonly responseHeaders: { readonly [name: string]: { readonly [keyword: string]: unknown } };
}

export type AnyOperation = OperationSpec<unknown, unknown, unknown>;

type Fields = { readonly [name: string]: Schema<unknown> };
type Derived = "onDatabase" | "presented" | "subjectOf";
type Optionals =
  | "description"
  | "body"
  | "bodyOptional"
  | "bodyTypes"
  | "changes"
  | "writesRows"
  | "audited"
  | "holdsSecret"
  | "status"
  | "view"
  | "errors"
  | "onBranchItself"
  | "dialectDefaults"
  | "dialectBodyDefaults"
  | "streamsRows"
  | "rawResponses"
  | "otherResponses"
  | "whileEnding"
  | "headers"
  | "responseHeaders";
type Declared = Omit<AnyOperation, "params" | "query" | "body" | Derived> & { body: Schema<unknown> };

const NO_PARAMS = objectOf({});
const NO_QUERY = queryOf({});

/** Paths of what one database answers. */
const DATABASE_PATH = /^\/v1\/(branches(\/|$)|graph$)/;

/** Fills in what most operations have in common. */
export function operation<
  P = Record<never, never>,
  Q = Record<never, never>,
  S extends Schema<unknown> = Schema<undefined>,
>(
  declared: Omit<Declared, Optionals> &
    Partial<Pick<Declared, Exclude<Optionals, "body">>> & {
      params?: ObjectSchema<P>;
      query?: ObjectSchema<Q>;
      body?: S;
    },
): OperationSpec<P, Q, Infer<S>> {
  return {
    bodyOptional: false,
    bodyTypes: null,
    changes: declared.method !== "GET",
    writesRows: false,
    audited: declared.changes ?? declared.method !== "GET",
    holdsSecret: false,
    status: 200,
    view: null,
    errors: [],
    onBranchItself: false,
    dialectDefaults: {},
    dialectBodyDefaults: {},
    streamsRows: false,
    rawResponses: {},
    otherResponses: {},
    whileEnding: false,
    headers: {},
    responseHeaders: {},
    ...declared,
    onDatabase: DATABASE_PATH.test(declared.path),
    presented: declared.view !== undefined && declared.view !== null,
    subjectOf: (params, input, result) => subjectOf(declared.path, params, input, result),
    params: declared.params ?? (NO_PARAMS as unknown as ObjectSchema<P>),
    query: declared.query ?? (NO_QUERY as unknown as ObjectSchema<Q>),
    body: (declared.body as Schema<Infer<S>> | undefined) ?? null,
  };
}

/** Query parameters, with that noun in messages. */
export function queryOf<F extends Fields>(
  fields: F,
  hints?: { readonly [name: string]: string },
  aliases?: { readonly [alias: string]: string },
) {
  return objectOf(fields, { noun: "query parameter", hints, aliases });
}
