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
  /** A view of each dialect by its name, or one that they share. Null where the handler writes the body itself. */
  readonly view: ViewName | View<never> | null;
  /** Errors beyond those that every operation with its access can give. */
  readonly errors: readonly ErrorCode[];
  /** The operation ends a branch's life: BRANCH_PROTECTED then has another status in the tutorial's dialect. */
  readonly onBranchItself: boolean;
  /** Defaults of query parameters where the documents differ. */
  readonly dialectDefaults: DialectDefaults;
  /** The same of absent fields of the body. */
  readonly dialectBodyDefaults: DialectDefaults;
  /** Responses that are not JSON, by media type, for the document. */
  readonly rawResponses: { readonly [mediaType: string]: { readonly [keyword: string]: unknown } };
  /** Responses with other statuses that are no errors of the table, for the document. */
  readonly otherResponses: { readonly [status: string]: { readonly [keyword: string]: unknown } };
  /** Headers of the response beyond those that every one has, for the document. */
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
  | "responseHeaders";
type Declared = Omit<AnyOperation, "params" | "query" | "body" | Derived> & { body: Schema<unknown> };

const NO_PARAMS = objectOf({});
const NO_QUERY = queryOf({});

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
    responseHeaders: {},
    ...declared,
    onDatabase: declared.path === "/v1/branches" || declared.path.startsWith("/v1/branches/"),
    presented: declared.view !== undefined && declared.view !== null,
    subjectOf: (params, input, result) => subjectOf(declared.path, params, input, result),
    params: declared.params ?? (NO_PARAMS as unknown as ObjectSchema<P>),
    query: declared.query ?? (NO_QUERY as unknown as ObjectSchema<Q>),
    body: (declared.body as Schema<Infer<S>> | undefined) ?? null,
  };
}

/** Query parameters, which are called so in messages. */
export function queryOf<F extends Fields>(
  fields: F,
  hints?: { readonly [name: string]: string },
  aliases?: { readonly [alias: string]: string },
) {
  return objectOf(fields, { noun: "query parameter", hints, aliases });
}
