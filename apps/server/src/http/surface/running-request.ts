import { Cancellation } from "@heliosdb/port";
import type { Identity } from "../../auth/identity.js";
import type { RunningQuery } from "../../queries/running-queries.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "./operation.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Null until the request has been validated. */
    running: RunningQuery | null;
  }
}

const LONGEST_SQL = 1_000;

/** A request that may be using the database. Nothing is looked up before somebody asks. */
export class RunningRequest implements RunningQuery {
  readonly cancellation = new Cancellation();

  constructor(
    private readonly request: HttpRequest,
    private readonly declared: Operation,
    readonly identity: Identity,
    readonly tenant: string,
  ) {}

  get id(): string {
    return this.request.id;
  }

  get operation(): string {
    return this.declared.id;
  }

  get branch(): string | null {
    const { params, requestContext: context } = this.request;
    return this.declared.subjectOf(params as { readonly [name: string]: string }, context.input, undefined).branch;
  }

  get sql(): string | null {
    const text = sqlOf(this.request.requestContext.input?.body);
    return text !== null && text.length > LONGEST_SQL ? `${text.slice(0, LONGEST_SQL)}…` : text;
  }

  get elapsedMs(): number {
    return performance.now() - this.request.requestContext.startedAt;
  }
}

/** The statement of a body, or its statements. */
function sqlOf(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  const { sql, statements } = body as { readonly sql?: unknown; readonly statements?: unknown };
  if (typeof sql === "string") return sql;
  if (!Array.isArray(statements)) return null;
  const texts = statements.map((statement) => (typeof statement === "string" ? statement : sqlOf(statement)));
  return texts.filter((text) => text !== null).join(";\n") || null;
}
