import type { ErrorCode } from "../../errors/error-table.js";
import { type ObjectSchema, objectOf, type Schema } from "../../schema/index.js";
import type { Infer } from "../../schema/schema.js";
import type { Operation } from "./operation.js";

type Part = { readonly [keyword: string]: unknown };

/** An operation with all that its surface's OpenAPI document says of it. */
export interface DescribedOperation<P = unknown, Q = unknown, B = unknown> extends Operation<P, Q, B> {
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params: ObjectSchema<P>;
  /** Query parameters, for the document; the schema may take more. */
  readonly parameters: { readonly [name: string]: Schema<unknown> };
  /** The media types of the body and what each holds. Default: JSON by the schema of the body. */
  readonly bodyContent: { readonly [mediaType: string]: Part } | null;
  /** OpenAPI response objects by status. */
  readonly responses: { readonly [status: string]: Part };
  /** Errors beyond those that every operation with its access can give. */
  readonly errors: readonly ErrorCode[];
}

type Optionals =
  | "description"
  | "params"
  | "query"
  | "parameters"
  | "body"
  | "bodyContent"
  | "bodyOptional"
  | "bodyTypes"
  | "changes"
  | "onDatabase"
  | "writesRows"
  | "audited"
  | "holdsSecret"
  | "status"
  | "presented"
  | "streamsRows"
  | "whileEnding"
  | "errors"
  | "subjectOf";
type Declared = Omit<DescribedOperation, Optionals> &
  Partial<Omit<Pick<DescribedOperation, Optionals>, "params" | "query" | "body">>;

/** Fills in what most operations have in common. */
export function describedOperation<
  P = Record<never, never>,
  Q = Record<never, never>,
  S extends Schema<unknown> = Schema<undefined>,
>(declared: Declared & { params?: ObjectSchema<P>; query?: Schema<Q>; body?: S }): DescribedOperation<P, Q, Infer<S>> {
  const changes = declared.changes ?? declared.method !== "GET";
  return {
    parameters: {},
    bodyContent: null,
    bodyOptional: false,
    bodyTypes: null,
    changes,
    onDatabase: declared.access !== "public",
    writesRows: false,
    audited: changes,
    holdsSecret: false,
    status: 200,
    presented: true,
    streamsRows: false,
    whileEnding: false,
    errors: [],
    subjectOf: () => ({ branch: null, object: null }),
    ...declared,
    params: declared.params ?? (objectOf({}) as unknown as ObjectSchema<P>),
    query: declared.query ?? (objectOf({}, { noun: "query parameter" }) as unknown as Schema<Q>),
    body: (declared.body as Schema<Infer<S>> | undefined) ?? null,
  };
}
