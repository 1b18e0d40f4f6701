import { allows } from "../../access/scopes.js";
import type { Caller } from "../../auth/caller.js";
import type { Identity } from "../../auth/identity.js";
import { lacking } from "../../auth/lacking.js";
import type { Tenant, TenantDirectory } from "../../catalog/tenant-directory.js";
import { ApiError } from "../../errors/api-error.js";
import { limitedDatabase } from "../../limits/limited-database.js";
import type { RunningQueries } from "../../queries/running-queries.js";
import { objectOf } from "../../schema/index.js";
import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "../surface/operation.js";
import { RunningRequest } from "../surface/running-request.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Null until the request has been validated. */
    caller: Caller | null;
  }
}

const NO_FIELDS = objectOf({});

/** The checks once the body has been read: scope, then the schemas of query and body. Throws ApiError. */
export class Validation {
  constructor(
    private readonly tenants: TenantDirectory,
    private readonly queries: RunningQueries,
  ) {}

  /** Fills in `input` and `caller` of the context; a promise only where a tenant is yet to be made. */
  check(request: HttpRequest, operation: Operation): undefined | Promise<void> {
    refuseBodyOfGet(request);
    if (operation.access === "public") {
      if (operation.body)
        request.requestContext.input = {
          params: request.params,
          query: {},
          body: bodyOf(request.body, operation, undefined),
        };
      // Monitors add parameters to get past caches.
      return undefined;
    }
    const identity = request.requestContext.identity!;
    if (operation.access !== "authenticated" && !allows(identity.scopes, operation.access)) {
      throw lacking(operation.access);
    }
    const tenant = this.tenants.find(identity.tenantId);
    if (tenant) {
      this.fillIn(request, operation, identity, tenant);
      return undefined;
    }
    const writes = operation.method !== "GET" && operation.access !== "read" && operation.access !== "authenticated";
    return this.tenants
      .admit(identity.tenantId, writes)
      .then((made) => this.fillIn(request, operation, identity, made));
  }

  private fillIn(request: HttpRequest, operation: Operation, identity: Identity, tenant: Tenant): void {
    const { requestContext: context } = request;
    const defaults = context.format.defaults(operation);
    const query = operation.query.parse(context.surface.readQuery(queryTextOf(request)), "");
    context.input = {
      params: request.params,
      query: withDefaults(defaults.query, query),
      body: bodyOf(request.body, operation, defaults.body),
    };
    const running = new RunningRequest(request, operation, identity, tenant.id);
    this.queries.begin(running);
    context.running = running;
    const database = limitedDatabase(tenant.database, identity);
    context.caller = { identity, tenant: tenant.id, database, cancellation: running.cancellation };
  }
}

/** Fastify's parser of query strings keeps the text as it is. */
function queryTextOf({ query }: HttpRequest): string {
  return (query as { readonly text: string }).text;
}

function bodyOf(body: unknown, operation: Operation, defaults: object | undefined): unknown {
  if (operation.body === null) return body === undefined ? undefined : NO_FIELDS.parse(body, "");
  if (body !== undefined) return withDefaults(defaults, operation.body.parse(body, ""));
  if (operation.bodyOptional) return undefined;
  throw new ApiError("BAD_REQUEST", `The request needs a ${operation.bodyTypes ? "file as its" : "JSON"} body`);
}

function withDefaults(defaults: object | undefined, given: unknown): unknown {
  return defaults ? { ...defaults, ...(given as object) } : given;
}

function refuseBodyOfGet(request: HttpRequest): void {
  if (request.method !== "GET" && request.method !== "HEAD") return;
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if ((length !== undefined && length !== "0") || encoding !== undefined) {
    throw new ApiError("BAD_REQUEST", `A ${request.method} request takes no body. Send it without one.`);
  }
}
