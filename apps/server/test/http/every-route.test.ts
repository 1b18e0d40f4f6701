import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../dist/errors/error-table.js";
import { errorStatus } from "../../dist/surfaces/v1/dialect/error-status.js";
import { viewIn } from "../../dist/surfaces/v1/formats/presenters.js";
import { commonErrors } from "../../dist/surfaces/v1/operation/common-errors.js";
import type { AnyOperation } from "../../dist/surfaces/v1/operation/operation.js";
import { OPERATIONS } from "../../dist/surfaces/v1/routes/index.js";
import { ALL_OPERATIONS } from "../support/all-operations.js";
import { call, execute, get, LITE, must, SPEC } from "../support/http.js";
import { Promises, VENDOR_TYPES } from "../support/promises.js";
import { type Route, routesOf } from "../support/routes.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

/** Pages for people and the documents of the other surfaces: nothing there takes a parameter or gives data. */
const PAGES = /^\/(v1\/((docs|redoc)(\/|$)|openapi\.[a-z]+\.(json|yaml)$)|console(\/|$))/;
const DIALECT_TYPES = [
  ["lite", LITE],
  ["spec", SPEC],
] as const;
const SCOPES = ["read", "write", "merge", "admin"];
const UNKNOWN = "zz_nobody_knows";

let server: TestServer;
let routes: Route[];
let promises: Promises;
/** Values for the parameters of paths. */
const params: Record<string, string> = { branch: "main", table: "items" };

beforeAll(async () => {
  ({ made: server, routes } = await routesOf(() => startServer()));
  promises = new Promises((await get(server, "/v1/openapi.json", { key: null })).body);
  await execute(server, "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO items VALUES (1, 'lamp')");
  params.snapshot = (await must(server, "POST", "/v1/branches/main/snapshots", {})).id;
});
afterAll(() => server?.remove());

const urlOf = ({ path }: AnyOperation) => path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "none");
const guarded = OPERATIONS.filter(({ access }) => access !== "public");
const scoped = OPERATIONS.filter(({ access }) => SCOPES.includes(access));
const documented = ({ method, path }: AnyOperation) => promises.operation(method, path);
/** A body that a JSON operation can read, whatever it makes of it. */
const bodyFor = ({ method, bodyTypes }: AnyOperation, body: object) =>
  method === "GET" || bodyTypes !== null ? undefined : body;
/** As the operation wants its body: one that takes a file gets the beginning of one. */
const withFile = ({ bodyTypes }: AnyOperation) =>
  bodyTypes === null ? {} : { raw: "SQLite format 3\0", headers: { "content-type": bodyTypes[0]! } };

describe("the routes of the server", () => {
  it("are the declared operations, the pages for people, and nothing else", () => {
    const real = routes.filter(({ method, url }) => method !== "HEAD" && !PAGES.test(url));
    expect(real.filter(({ operation }) => operation === undefined)).toEqual([]);
    const named = (method: string, path: string) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`;
    expect(real.map(({ method, url }) => named(method, url)).sort()).toEqual(
      ALL_OPERATIONS.map(({ method, path }) => named(method, path)).sort(),
    );
    for (const { method, url, operation } of real) expect(named(method, url)).toBe(named(method, operation!.path));
    expect(routes.filter(({ url }) => PAGES.test(url)).map(({ method }) => method)).not.toContain("POST");
  });
});

describe.each(OPERATIONS.map((operation) => ({ id: operation.id, operation })))("$id", ({ operation }) => {
  const { method, access } = operation;

  it("declares who may call it, in the document too", () => {
    expect(["public", "authenticated", ...SCOPES]).toContain(access);
    const { security, "x-scope": scope } = documented(operation);
    expect(security).toEqual(access === "public" ? [] : [{ bearer: [] }, { apiKey: [] }]);
    expect(scope).toBe(SCOPES.includes(access) ? access : undefined);
  });

  it("has both dialects for its answers and its errors in the document", () => {
    const { responses } = documented(operation);
    const errors = promises.allErrors(documented(operation));
    expect(errors).toEqual(expect.arrayContaining([...commonErrors(operation), ...operation.errors]));
    for (const code of errors) {
      for (const [dialect, accept] of DIALECT_TYPES) {
        const status = errorStatus(code as ErrorCode, dialect, operation.onBranchItself);
        expect(promises.errors(documented(operation), status)).toContain(code);
        expect(Object.keys(promises.resolved(responses[status]).content)).toContain(accept);
      }
    }
    if (operation.view === null) return;
    for (const [dialect, accept] of DIALECT_TYPES) {
      const { schema, status = operation.status } = viewIn(dialect, operation.view);
      const content = promises.resolved(responses[status]).content ?? {};
      expect([accept, accept in content]).toEqual([accept, schema !== null]);
    }
  });

  it("answers OPTIONS with its methods, and a method it does not have with 405", async () => {
    const options = await call(server, "OPTIONS", urlOf(operation), undefined, { key: null });
    expect([options.status, options.body]).toEqual([204, ""]);
    const allowed = options.headers.get("allow")!.split(", ");
    expect(allowed).toEqual(expect.arrayContaining([method, "OPTIONS"]));
    expect(allowed.includes("HEAD")).toBe(allowed.includes("GET"));
    const other = ["GET", "POST", "PUT", "PATCH", "DELETE"].find((one) => !allowed.includes(one))!;
    for (const accept of VENDOR_TYPES) {
      const answer = await call(server, other, urlOf(operation), undefined, { key: null, accept });
      expect([answer.status, answer.headers.get("allow")]).toEqual([405, allowed.join(", ")]);
      expect(answer.headers.get("content-type")).toBe(accept);
    }
  });
});

describe.each(guarded.map((operation) => ({ id: operation.id, operation })))("$id", ({ operation }) => {
  it("is refused without a credential, in either dialect, before anything else is looked at", async () => {
    for (const accept of VENDOR_TYPES) {
      const answer = await call(server, operation.method, urlOf(operation), bodyFor(operation, { [UNKNOWN]: 1 }), {
        key: null,
        accept,
      });
      promises.expectError(documented(operation), answer, accept, 401, "UNAUTHORIZED");
    }
  });

  it("refuses a query parameter that it does not have, in either dialect", async () => {
    for (const accept of VENDOR_TYPES) {
      const url = `${urlOf(operation)}?${UNKNOWN}=1`;
      const options = { accept, ...withFile(operation) };
      const answer = await call(server, operation.method, url, bodyFor(operation, {}), options);
      promises.expectError(documented(operation), answer, accept, 400, "UNKNOWN_FIELD");
      expect(JSON.stringify(answer.body)).toContain(`Unknown query parameter '${UNKNOWN}'`);
    }
  });

  it("refuses a field of the body that it does not have, in either dialect", async () => {
    if (operation.method === "GET" || operation.bodyTypes !== null) return;
    for (const accept of VENDOR_TYPES) {
      const answer = await call(server, operation.method, urlOf(operation), { [UNKNOWN]: 1 }, { accept });
      promises.expectError(documented(operation), answer, accept, 400, "UNKNOWN_FIELD");
      expect(JSON.stringify(answer.body)).toContain(`Unknown field '${UNKNOWN}'`);
    }
  });
});

describe.each(scoped.map((operation) => ({ id: operation.id, operation })))("$id", ({ operation }) => {
  it("is refused to a credential without its scope, which the answer names", async () => {
    for (const accept of VENDOR_TYPES) {
      const options = { accept, key: KEYS.nothing, ...withFile(operation) };
      const answer = await call(server, operation.method, urlOf(operation), bodyFor(operation, {}), options);
      promises.expectError(documented(operation), answer, accept, 403, "FORBIDDEN");
      expect((accept === SPEC ? answer.body.error.details : answer.body).scope).toBe(operation.access);
    }
  });
});

describe.each(
  // A stream of events has no end; its own tests look at it.
  OPERATIONS.filter(({ method, id }) => method === "GET" && id !== "followEvents").map((operation) => ({
    id: operation.id,
    operation,
  })),
)("$id", ({ operation }) => {
  /** What the operation can't do without. */
  const query = operation.id === "getRowHistory" ? "?key=1" : "";

  it("answers what it promises, in either dialect, and HEAD with the same and no body", async () => {
    const { responses } = documented(operation);
    for (const accept of VENDOR_TYPES) {
      const answer = await get(server, urlOf(operation) + query, { accept });
      expect(Object.keys(responses)).toContain(String(answer.status));
      const type = answer.headers.get("content-type")!;
      if (answer.status >= 400) expect(promises.errors(documented(operation), answer.status)).not.toEqual([]);
      if (operation.view !== null) expect(type).toBe(accept);
      const head = await call(server, "HEAD", urlOf(operation) + query, undefined, { accept });
      expect([head.status, head.body, head.headers.get("content-type")]).toEqual([answer.status, "", type]);
    }
  });
});
