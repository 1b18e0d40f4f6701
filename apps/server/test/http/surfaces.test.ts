import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FastifyInstance, fastify } from "fastify";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UNLIMITED } from "../../dist/access/limits.js";
import { AuditLog } from "../../dist/audit/audit-log.js";
import type { Authenticator } from "../../dist/auth/authenticator.js";
import type { Credential } from "../../dist/auth/credential.js";
import { Generation } from "../../dist/auth/generation.js";
import type { Identity } from "../../dist/auth/identity.js";
import type { Catalog } from "../../dist/catalog/catalog.js";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import { ApiError } from "../../dist/errors/api-error.js";
import { ERRORS } from "../../dist/errors/error-table.js";
import { Auditor } from "../../dist/http/audit/auditor.js";
import { BodyBudget } from "../../dist/http/body/body-budget.js";
import { Authentication } from "../../dist/http/checks/authentication.js";
import { Validation } from "../../dist/http/checks/validation.js";
import type { HttpRequest } from "../../dist/http/context/http-request.js";
import { IdempotencyKeys } from "../../dist/http/idempotency/idempotency-keys.js";
import { AccessLog } from "../../dist/http/logging/access-log.js";
import { type HttpParts, installPipeline } from "../../dist/http/pipeline/install.js";
import { Turns } from "../../dist/http/pipeline/turns.js";
import { sendError } from "../../dist/http/response/respond.js";
import { ResponseBacklog } from "../../dist/http/response/response-backlog.js";
import { ApiDocument } from "../../dist/http/surface/api-document.js";
import type { Operation } from "../../dist/http/surface/operation.js";
import type { Surface } from "../../dist/http/surface/surface.js";
import { Surfaces } from "../../dist/http/surface/surfaces.js";
import { RateLimitMiddleware } from "../../dist/index.js";
import { RequestCounter } from "../../dist/metrics/request-counter.js";
import { RunningQueries } from "../../dist/queries/running-queries.js";
import { integer, objectOf, text } from "../../dist/schema/index.js";

const log = pino({ level: "silent" });

/** A surface with its own paths, credentials, bodies and errors, all unlike those of /v1. */
function surface(name: string, mark: string): Surface {
  const operation: Operation = {
    id: `${name}Add`,
    method: "POST",
    path: `/${name}/add/{to}`,
    access: "write",
    rate: "write",
    params: objectOf({ to: text() }),
    query: objectOf({ [mark]: text() }),
    body: objectOf({ by: integer() }),
    bodyOptional: false,
    bodyTypes: null,
    changes: true,
    onDatabase: true,
    writesRows: true,
    audited: true,
    holdsSecret: false,
    status: 200,
    presented: true,
    streamsRows: false,
    whileEnding: false,
    subjectOf: () => ({ branch: name, object: null }),
  };
  return {
    name,
    title: name,
    headers: { "x-surface": name },
    operations: [operation],
    pages: [],
    module: { module: class {} },
    document: new ApiDocument(() => Promise.resolve({ json: "{}", yaml: "{}" })),
    cors: { request: [`X-${name}`], response: [] },
    advice: { longUrl: `Shorten it for ${name}`, largeResponse: "Wait" },
    owns: (path) => path.startsWith(`/${name}/`),
    credentials: ({ headers: { authorization = "" } }): Credential[] => [
      { kind: "key", secret: `${name}:${authorization}` },
    ],
    chooseFormat: () => ({
      rowForm: "arrays",
      contentType: `application/${name}`,
      rows: null,
      defaults: () => ({ body: { unit: mark } }),
      result: (_, result) => ({ status: 202, body: { [mark]: result } }),
      error: ({ code }) => ({ status: ERRORS[code].status, headers: { "x-refused": name }, body: [mark, code] }),
    }),
    readQuery: (query) => ({ [mark]: query }),
    readBody: (bytes) => {
      if (bytes.length === 0) return undefined;
      const [by] = bytes.toString().split(mark);
      if (!/^\d+$/.test(by!)) throw new ApiError("BAD_REQUEST");
      return { by: Number(by) };
    },
  };
}

describe("two surfaces on one server", () => {
  let folder: string;
  let catalog: Catalog;
  let app: FastifyInstance;
  const tried: string[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliosdb-surfaces-"));
    catalog = await openCatalog(folder);
    const identity: Identity = {
      ...UNLIMITED,
      ...{ method: "api_key", userId: "ann", tenantId: "default", clientId: null, scopes: ["write"], role: null },
      ...{ keyId: "k_1", generation: 0, name: null, expiresAt: null, rateKey: "k_1", isServer: false },
    };
    const authenticator: Authenticator = {
      authenticate: (credentials) => {
        tried.push(...credentials.map(({ secret }) => secret));
        return credentials.some(({ secret }) => secret.endsWith(":good")) ? identity : null;
      },
      known: () => null,
      generation: new Generation(),
      forget: async () => {},
    };
    const tenants = { find: () => ({ id: "default", database: {} }) } as never;
    const requests = new RequestCounter();
    const queries = new RunningQueries();
    const limits = new RateLimitMiddleware(undefined, { enforced: false });
    const parts: HttpParts = {
      surfaces: new Surfaces([surface("plus", "+"), surface("star", "*")]),
      authentication: new Authentication(authenticator, limits.start(), requests, null),
      validation: new Validation(tenants, queries),
      idempotencyKeys: new IdempotencyKeys(catalog, log),
      auditor: new Auditor(new AuditLog(catalog, log, null), tenants, "all"),
      corsOrigins: new Set(),
      guardsHost: false,
      mayAnswer: null,
      bodyLimits: { maxBodyBytes: 1000, maxFileBytes: 1000, budget: new BodyBudget(1000) },
      log,
      accessLog: new AccessLog(log, false),
      requests,
      queries,
      backlog: new ResponseBacklog(),
      turns: new Turns(),
      isBehindFronts: false,
      consoleUrl: null,
      isClosing: () => false,
    };
    app = fastify({ routerOptions: { querystringParser: (query) => ({ text: query }) } });
    installPipeline(app, parts);
    app.setErrorHandler((error, request, reply) => sendError(request as HttpRequest, reply, error, log));
    app.setNotFoundHandler(() => {});
    for (const { operations } of parts.surfaces.all) {
      for (const operation of operations) {
        app.post(operation.path.replace("{to}", ":to"), { config: { operation } as never }, (request) => {
          const { input, caller } = (request as unknown as HttpRequest).requestContext;
          return Promise.resolve({ ...input, user: caller!.identity.userId });
        });
      }
    }
    await app.ready();
  });
  afterEach(async () => {
    await app.close();
    await catalog.destroy();
    rmSync(folder, { recursive: true, force: true });
    tried.length = 0;
  });

  const add = (url: string, payload: string, authorization = "good") =>
    app.inject({ method: "POST", url, payload, headers: { authorization, "content-type": "text/plain" } });

  it.each([
    ["plus", "+"],
    ["star", "*"],
  ])("%s: reads requests and writes responses in its own way", async (name, mark) => {
    const done = await add(`/${name}/add/x?free&text`, `12${mark}and more`);
    expect([done.statusCode, done.headers["content-type"]]).toEqual([202, `application/${name}`]);
    const values = { params: { to: "x" }, query: { [mark]: "free&text" }, body: { unit: mark, by: 12 }, user: "ann" };
    expect(done.json()).toEqual({ [mark]: values });
    expect(tried).toEqual([`${name}:good`]);

    const refusals = [
      [await add(`/${name}/add/x`, `12${mark}`, "bad"), 401, "UNAUTHORIZED"],
      [await add(`/${name}/add/x`, "none"), 400, "BAD_REQUEST"],
      [await add(`/${name}/other`, ""), 404, "ROUTE_NOT_FOUND"],
      [await app.inject({ method: "GET", url: `/${name}/add/x` }), 405, "METHOD_NOT_ALLOWED"],
      [await add(`/${name}/add/x`, "9".repeat(2000)), 413, "PAYLOAD_TOO_LARGE"],
    ] as const;
    for (const [response, status, code] of refusals) {
      expect([response.statusCode, response.json()]).toEqual([status, [mark, code]]);
      expect([response.headers["x-refused"], response.headers["x-surface"]]).toEqual([name, name]);
    }
  });

  it("leaves a path that is nobody's to the first one", async () => {
    expect((await add("/elsewhere", "")).json()).toEqual(["+", "ROUTE_NOT_FOUND"]);
  });

  it("keeps the outcome of a request once, and presents it in its surface's form", async () => {
    const headers = { authorization: "good", "idempotency-key": "once" };
    const request = { method: "POST", url: "/star/add/x?q", payload: "3*", headers } as const;
    const [first, second] = [await app.inject(request), await app.inject(request)];
    expect(second.json()).toEqual(first.json());
    expect([first.headers["idempotency-replayed"], second.headers["idempotency-replayed"]]).toEqual([
      undefined,
      "true",
    ]);
  });
});

it("no two surfaces have an operation of one name", () => {
  expect(() => new Surfaces([surface("plus", "+"), surface("plus", "*")])).toThrow("two operations are called plusAdd");
});
