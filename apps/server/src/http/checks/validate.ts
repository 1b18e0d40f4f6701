import type { DatabasePort } from "@heliosdb/port";
import { allows } from "../../access/scopes.js";
import { lacking } from "../../auth/auth.service.js";
import type { Identity } from "../../auth/identity.js";
import type { TenantDirectory } from "../../catalog/tenant-directory.js";
import { ApiError } from "../../errors/api-error.js";
import { limitedDatabase } from "../../limits/limited-database.js";
import { objectOf } from "../../schema/index.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import { checkQueryString } from "../../surfaces/v1/readers/query-string.js";
import type { CallRequest } from "../context/request-context.js";

const NO_FIELDS = objectOf({});

/** What must hold once the body has been read: scope, then the shape of query and body. Throws ApiError. */
export class Checks {
  constructor(private readonly tenants: TenantDirectory) {}

  /** Fills in `request.call`; a promise only where a tenant is yet to be made. */
  run(request: CallRequest, operation: AnyOperation): undefined | Promise<void> {
    refuseBodyOfGet(request);
    // What is public takes no parameters, and monitors add some of their own to get past caches.
    if (operation.access === "public") return undefined;
    const identity = request.state.identity!;
    if (operation.access !== "authenticated" && !allows(identity.scopes, operation.access)) {
      throw lacking(operation.access);
    }
    const database = this.tenants.find(identity.tenantId);
    if (database) {
      fillIn(request, operation, identity, database);
      return undefined;
    }
    const writes = operation.method !== "GET" && operation.access !== "read" && operation.access !== "authenticated";
    return this.tenants.admit(identity.tenantId, writes).then((made) => fillIn(request, operation, identity, made));
  }
}

function fillIn(request: CallRequest, operation: AnyOperation, identity: Identity, database: DatabasePort): void {
  checkQueryString(request.query);
  request.call = {
    params: request.params,
    query: parseQuery(request, operation),
    body: parseBody(request, operation),
    identity,
    requestId: request.id,
    traceId: request.state.traceId,
    database: limitedDatabase(database, identity),
  };
}

function parseQuery(request: CallRequest, operation: AnyOperation): unknown {
  const query = operation.query.parse(request.query, "");
  return withDefaults(operation.dialectDefaults[request.state.dialect], query);
}

function parseBody({ body, state }: CallRequest, operation: AnyOperation): unknown {
  if (operation.body === null) return body === undefined ? undefined : NO_FIELDS.parse(body, "");
  if (body !== undefined) {
    return withDefaults(operation.dialectBodyDefaults[state.dialect], operation.body.parse(body, ""));
  }
  if (operation.bodyOptional) return undefined;
  throw new ApiError("BAD_REQUEST", `The request needs a ${operation.bodyTypes ? "file as its" : "JSON"} body`);
}

function withDefaults(defaults: object | undefined, given: unknown): unknown {
  return defaults ? { ...defaults, ...(given as object) } : given;
}

function refuseBodyOfGet(request: CallRequest): void {
  if (request.method !== "GET" && request.method !== "HEAD") return;
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if ((length !== undefined && length !== "0") || encoding !== undefined) {
    throw new ApiError("BAD_REQUEST", `A ${request.method} request takes no body`);
  }
}
