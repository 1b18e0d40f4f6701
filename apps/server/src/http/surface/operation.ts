import type { Scope } from "../../access/scopes.js";
import type { RateClass } from "../../rate-limit/classes.js";
import type { Schema } from "../../schema/index.js";
import type { RequestInput } from "../context/request-context.js";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who may call: everyone, everyone who is known, or those who hold a scope. */
export type Access = "public" | "authenticated" | Scope;

/** A media type for bodies of any type. */
export const ANY_TYPE = "*/*";

/** The subject of a request, for the audit log. */
export interface Subject {
  readonly branch: string | null;
  /** Its other subject: a table, a merge's target, a key. */
  readonly object: string | null;
}

/** The facts about a surface's operation that the checks and the log need. `id` is unique in the server. */
export interface Operation<P = unknown, Q = unknown, B = unknown> {
  readonly id: string;
  readonly method: Method;
  /** With parameters as OpenAPI writes them: `/things/{thing}`. */
  readonly path: string;
  readonly access: Access;
  /** Null for what is never counted. */
  readonly rate: RateClass | null;
  readonly params: Schema<P>;
  readonly query: Schema<Q>;
  /** Null where the operation takes no body. */
  readonly body: Schema<B> | null;
  /** A body may be left out. */
  readonly bodyOptional: boolean;
  /** The media types of a body that is a file, ANY_TYPE among them for all: it arrives as an Upload, unread. Null for any other. */
  readonly bodyTypes: readonly string[] | null;
  /** Whether it can have an effect. */
  readonly changes: boolean;
  /** Of an audited operation that reads and writes: whether this result is that of a read. */
  onlyRead?(result: unknown): boolean;
  /** Whether its effect, if there is one, is one commit of a database, which keeps the id of the request with it. */
  readonly onDatabase: boolean;
  /** Whether it writes rows: the branch's history tells of those that succeed. */
  readonly writesRows: boolean;
  /** Whether the audit log tells of it. */
  readonly audited: boolean;
  /** The response holds a secret that is shown once. */
  readonly holdsSecret: boolean;
  readonly status: number;
  /** Whether the format presents the result. False where the handler writes the body itself. */
  readonly presented: boolean;
  /** Whether its rows can be streamed, where the request asks for that. */
  readonly streamsRows: boolean;
  /** Served to the very end, when everything else is told that the server is ending. */
  readonly whileEnding: boolean;
  /** @param input null where the request was refused before its values were checked */
  subjectOf(params: { readonly [name: string]: string }, input: RequestInput | null, result: unknown): Subject;
}
