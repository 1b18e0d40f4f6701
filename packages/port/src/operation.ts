import type { BranchRef } from "./branches.js";
import type { Cancellation } from "./cancellation.js";

/**
 * `read`: has no effect, and may be run again at will. `write`: changes rows or the schema of one branch; several of
 * these can share a transaction. `whole`: a commit that concerns a branch as a whole, and runs alone. `record`: changes
 * only the record of branches, and runs alone.
 *
 * All but reads carry a `requestId`: under the same id they are done once, however often they are run.
 */
export type OperationKind = "read" | "write" | "whole" | "record";

/**
 * Access of a caller who is limited to certain tables. `open`: full access. `table`: only to a visible table, which the
 * request names. `filter`: the same, and the request's filter may not reach others (`ownTableOnly`). `filtered`: the
 * result shows only visible parts; the wrapper decides how. Otherwise the operation is refused, with these words after
 * "can't".
 */
export type TableAccess = "open" | "table" | "filter" | "filtered" | { readonly mayNot: string };

/** Facts about an operation for every layer between the server and the engine. */
export interface Declaration<Q> {
  /** Existing branches that a request names; the one that it writes comes first. */
  readonly branches: (request: Q) => readonly BranchRef[];
  /** Names that it gives to branches. */
  readonly newNames?: (request: Q) => readonly string[];
  readonly tables: TableAccess;
  /** The request with its row limit lowered to `most`. */
  readonly capped?: (request: Q, most: number) => Q;
}

// biome-ignore lint/suspicious/noExplicitAny: a declaration of any operation at all; the request is checked where it is made.
export type AnyDeclaration = Declaration<any>;

export interface Operation<K extends OperationKind, Q, R> extends Declaration<Q> {
  readonly kind: K;
  /** Never present: it carries the types. */
  readonly types?: { readonly request: Q; readonly result: R };
}

export function read<Q, R>(declaration: Declaration<Q>): Operation<"read", Q, R> {
  return { kind: "read", ...declaration };
}

export function write<Q, R>(declaration: Declaration<Q>): Operation<"write", Q, R> {
  return { kind: "write", ...declaration };
}

export function whole<Q, R>(declaration: Declaration<Q>): Operation<"whole", Q, R> {
  return { kind: "whole", ...declaration };
}

export function record<Q, R>(declaration: Declaration<Q>): Operation<"record", Q, R> {
  return { kind: "record", ...declaration };
}

// biome-ignore lint/suspicious/noExplicitAny: any operation at all; its own types are inferred where it is used.
export type AnyOperation = Operation<OperationKind, any, any>;

export interface OperationTable {
  readonly [name: string]: AnyOperation;
}

export type RequestIn<T extends OperationTable, O extends keyof T> = NonNullable<T[O]["types"]>["request"];
export type ResultIn<T extends OperationTable, O extends keyof T> = NonNullable<T[O]["types"]>["result"];

export type NamesOfKind<T extends OperationTable, K extends OperationKind> = {
  [O in keyof T & string]: T[O]["kind"] extends K ? O : never;
}[keyof T & string];

/** A call of an operation: its name and its request. */
export type CallOf<T extends OperationTable, O extends keyof T & string> = {
  [N in O]: { readonly op: N; readonly request: RequestIn<T, N> };
}[O];

/** One function for each operation of a table; the compiler checks that none is missing. */
export type Handlers<T extends OperationTable, O extends keyof T & string> = {
  readonly [N in O]: (request: RequestIn<T, N>) => ResultIn<T, N>;
};

/** The same for asynchronous callers, who can stop the work: it then rejects with QUERY_CANCELLED, and had no effect. */
export type Methods<T extends OperationTable> = {
  readonly [N in keyof T & string]: (request: RequestIn<T, N>, cancellation?: Cancellation) => Promise<ResultIn<T, N>>;
};
