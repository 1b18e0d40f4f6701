import type { Scope } from "../../../access/scopes.js";
import type { Dialect, ErrorCode } from "../../../errors/error-table.js";
import type { RateClass } from "../../../rate-limit/classes.js";
import type { Infer, Shape } from "../../../schema/index.js";
import { type ObjectShape, objectOf } from "../../../schema/structures.js";
import type { ViewName } from "../presenters/view/results.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call: everyone, everyone who is known, or those who hold a scope. */
export type Access = "public" | "authenticated" | Scope;

type DialectDefaults = { readonly [D in Dialect]?: { readonly [name: string]: unknown } };

/**
 * One operation of the API, declared once: the route, the checks before the handler, the presenter's view and the
 * OpenAPI document all follow from it. `id` is the controller's method name and the operationId.
 */
export interface OperationSpec<P, Q, B> {
  readonly id: string;
  readonly method: Method;
  /** With parameters as OpenAPI writes them: `/v1/branches/{branch}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  /** Null for what is never counted. */
  readonly rate: RateClass | null;
  readonly params: ObjectShape<P>;
  readonly query: ObjectShape<Q>;
  /** Null where the operation takes no body. */
  readonly body: Shape<B> | null;
  /** A body may be left out. */
  readonly bodyOptional: boolean;
  /** The media types of a body that is no JSON: it arrives as an Upload, unread. Null for a JSON body. */
  readonly bodyTypes: readonly string[] | null;
  /** Whether it can have an effect. By default all but GET have one. */
  readonly changes: boolean;
  /** Whether the audit log tells of it. By default it does of what can have an effect. */
  readonly audited: boolean;
  /** The answer holds a secret that is shown once. */
  readonly holdsSecret: boolean;
  readonly status: number;
  /** Null where the handler answers with a text of its own. */
  readonly view: ViewName | null;
  /** Errors beyond those that every operation with its access can give. */
  readonly errors: readonly ErrorCode[];
  /** The operation ends a branch's life: BRANCH_PROTECTED then has another status in the tutorial's dialect. */
  readonly onBranchItself: boolean;
  /** What absent query parameters mean where the documents differ. */
  readonly dialectDefaults: DialectDefaults;
  /** The same of absent fields of the body. */
  readonly dialectBodyDefaults: DialectDefaults;
  /** Can be answered in lines of JSON, where the request asks for them. */
  readonly lines: boolean;
  /** Answers that are not JSON, by media type, for the document. */
  readonly rawAnswers: { readonly [mediaType: string]: { readonly [keyword: string]: unknown } };
  /** Answers with other statuses that are no errors of the table, for the document. */
  readonly otherAnswers: { readonly [status: string]: { readonly [keyword: string]: unknown } };
  /** Answered to the very end, when everything else is told that the server is ending. */
  readonly whileEnding: boolean;
  /** Headers of the answer beyond those that every one has, for the document. */
  readonly answerHeaders: { readonly [name: string]: { readonly [keyword: string]: unknown } };
}

export type AnyOperation = OperationSpec<unknown, unknown, unknown>;

type Fields = { readonly [name: string]: Shape<unknown> };
type Optionals =
  | "description"
  | "body"
  | "bodyOptional"
  | "bodyTypes"
  | "changes"
  | "audited"
  | "holdsSecret"
  | "status"
  | "view"
  | "errors"
  | "onBranchItself"
  | "dialectDefaults"
  | "dialectBodyDefaults"
  | "lines"
  | "rawAnswers"
  | "otherAnswers"
  | "whileEnding"
  | "answerHeaders";
type Declared = Omit<AnyOperation, "params" | "query" | "body"> & { body: Shape<unknown> };

const NO_PARAMS = objectOf({});
const NO_QUERY = queryOf({});

/** Fills in what most operations have in common. */
export function operation<
  P = Record<never, never>,
  Q = Record<never, never>,
  S extends Shape<unknown> = Shape<undefined>,
>(
  declared: Omit<Declared, Optionals> &
    Partial<Pick<Declared, Exclude<Optionals, "body">>> & {
      params?: ObjectShape<P>;
      query?: ObjectShape<Q>;
      body?: S;
    },
): OperationSpec<P, Q, Infer<S>> {
  return {
    bodyOptional: false,
    bodyTypes: null,
    changes: declared.method !== "GET",
    audited: declared.changes ?? declared.method !== "GET",
    holdsSecret: false,
    status: 200,
    view: null,
    errors: [],
    onBranchItself: false,
    dialectDefaults: {},
    dialectBodyDefaults: {},
    lines: false,
    rawAnswers: {},
    otherAnswers: {},
    whileEnding: false,
    answerHeaders: {},
    ...declared,
    params: declared.params ?? (NO_PARAMS as unknown as ObjectShape<P>),
    query: declared.query ?? (NO_QUERY as unknown as ObjectShape<Q>),
    body: (declared.body as Shape<Infer<S>> | undefined) ?? null,
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
