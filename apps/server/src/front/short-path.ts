import type { IncomingMessage, ServerResponse } from "node:http";
import type { JsonQueryRequest } from "@heliosdb/port";
import { allows, type Scope } from "../access/scopes.js";
import type { OutsideLane } from "../database-host/outside-lane.js";
import { limitBodyTime } from "../http/body/body-time.js";
import { guardHost } from "../http/checks/host-guard.js";
import type { ResponseFormat } from "../http/surface/response-format.js";
import type { RequestHead } from "../http/surface/surface.js";
import type { SqlLimits } from "../sql/sql-limits.js";
import { queryRequest } from "../surfaces/v1/routes/sql/query-request.js";
import { query } from "../surfaces/v1/routes/sql/sql.operations.js";
import type { v1Requests } from "../surfaces/v1/v1-requests.js";
import { fitsAny } from "../util/glob.js";
import type { Callers } from "./callers.js";
import type { Client } from "./client-facts.js";
import type { Leases, Taken } from "./leases.js";
import type { PassOn } from "./pass-on.js";
import type { KnownCaller } from "./protocol.js";
import { type Answer, ShortAnswer } from "./short-answer.js";

/** A longer body has a query that is not short. */
export const LONGEST_BODY = 128 * 1024;
/** Names that mean the same in every spelling of a URL. */
const PATH = /^\/v1\/branches\/([A-Za-z0-9_-][A-Za-z0-9_.-]{0,99})\/query$/;
/** Fields of plain queries. Others, such as a point in time or a transaction, are for main to read. */
const PLAIN: ReadonlySet<string> = new Set(["sql", "params", "timeout_ms", "max_rows", "explain"]);
/** Headers of requests that are not plain. */
const UNUSUAL = [
  "origin",
  "transfer-encoding",
  "content-encoding",
  "idempotency-key",
  "idempotency-after",
  "expect",
] as const;

export interface ShortPathParts {
  readonly v1: ReturnType<typeof v1Requests>;
  readonly callers: Callers;
  readonly leases: Leases;
  readonly lane: OutsideLane;
  readonly limits: SqlLimits;
  readonly guardsHost: boolean;
  readonly passOn: PassOn;
  readonly answers: ShortAnswer;
  readonly clientOf: (request: IncomingMessage) => Client;
}

interface Asking {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly branch: string;
  readonly format: ResponseFormat;
  readonly client: Client;
  readonly startedAt: number;
}

/**
 * Answers plain queries that are known to be short, and passes everything else on: every refusal is main's, whatever its
 * reason.
 */
export class ShortPath {
  constructor(private readonly parts: ShortPathParts) {}

  serve(request: IncomingMessage, response: ServerResponse): void {
    const { callers, v1, passOn, clientOf } = this.parts;
    const startedAt = performance.now();
    const branch = branchOf(request);
    const format = branch === null ? null : v1.chooseFormat(headOf(request), query);
    if (branch === null || format === null || format.rows !== null || !this.mayAnswer(request)) {
      passOn.send(request, response);
      return;
    }
    const asking = { request, response, branch, format, startedAt, client: clientOf(request) };
    const caller = callers.find(v1.credentials(headOf(request)));
    if (caller && "then" in caller) void caller.then((found) => this.read(asking, found));
    else this.read(asking, caller);
  }

  private mayAnswer({ headers }: IncomingMessage): boolean {
    if (!this.parts.guardsHost) return true;
    try {
      // A page of this server's own has an origin, too, and is passed on.
      guardHost({ protocol: "", headers }, NONE);
      return true;
    } catch {
      return false;
    }
  }

  private read(asking: Asking, caller: KnownCaller | null): void {
    const { request, response, branch } = asking;
    if (caller === null || !mayQuery(caller, branch)) {
      this.parts.passOn.send(request, response);
      return;
    }
    const { generation } = this.parts.callers;
    limitBodyTime(request);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      void this.answer(asking, caller, generation, body);
    });
  }

  /** No query of another generation is run: what its caller may do has changed meanwhile. */
  private answer(asking: Asking, caller: KnownCaller, generation: number, body: Buffer): void | Promise<void> {
    const { callers, lane, leases, passOn } = this.parts;
    const { request, response } = asking;
    const passItOn = () => passOn.send(request, response, body);
    const mayRun = () => callers.generation === generation;
    const wanted = this.requestOf(asking, body);
    if (wanted === null || !lane.has(caller.database, wanted)) return passItOn();
    const { rateKey } = caller.identity;
    const run = (taken: Taken | null): void | Promise<void> => {
      const result = taken && mayRun() ? lane.queryJson(caller.database, wanted, mayRun) : null;
      if (result === null) {
        if (taken) leases.putBack(rateKey);
        return passItOn();
      }
      const answer: Answer = { ...asking, identity: caller.identity, taken: taken! };
      return result
        .catch(() => null)
        .then((rows) => {
          if (rows !== null && this.parts.answers.send(answer, rows)) return;
          leases.putBack(rateKey);
          passItOn();
        });
    };
    const taken = leases.take(rateKey);
    return taken && "then" in taken ? taken.then(run) : run(taken);
  }

  /** Null for a body that main is to look at. */
  private requestOf({ request, branch, format }: Asking, bytes: Buffer): JsonQueryRequest | null {
    const { v1, limits } = this.parts;
    try {
      const parsed = query.body!.parse(v1.readBody(bytes, request.headers), "");
      for (const name in parsed) if (!PLAIN.has(name) && parsed[name as keyof typeof parsed] !== undefined) return null;
      const body = { ...format.defaults(query).body, ...parsed };
      return queryRequest(limits, branch, body, format.rowForm, false);
    } catch {
      return null;
    }
  }
}

const NONE: ReadonlySet<string> = new Set();

function headOf({ method = "", url = "", headers }: IncomingMessage): RequestHead {
  return { method, url, headers };
}

/** The branch of a request that may be a plain query, or null. */
function branchOf({ method, url = "", headers }: IncomingMessage): string | null {
  if (method !== "POST") return null;
  const branch = PATH.exec(url)?.[1];
  if (branch === undefined) return null;
  const length = Number(headers["content-length"]);
  if (!(length > 0 && length <= LONGEST_BODY)) return null;
  return UNUSUAL.some((name) => headers[name] !== undefined) ? null : branch;
}

/** Whether a caller may query a branch, as far as that can be told by its name. */
function mayQuery({ identity: { scopes, branches, tables } }: KnownCaller, branch: string): boolean {
  if (!allows(scopes, query.access as Scope) || tables !== null) return false;
  return branches === null || (!branch.startsWith("br_") && fitsAny(branches, branch));
}
