import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ServicesModule } from "../../dist/app/services.module.js";
import { SURFACE_NAMES } from "../../dist/app/surfaces.js";
import { renderConfiguration } from "../../dist/config/render-configuration.js";
import { ERROR_CODES } from "../../dist/errors/error-table.js";
import { renderDocument } from "../../dist/surfaces/v1/openapi/render.js";
import { OPERATIONS } from "../../dist/surfaces/v1/routes/index.js";
import { call, get } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

// biome-ignore lint/suspicious/noExplicitAny: a document is read here as whoever reads it would
type Document = any;
const root = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startServer();
  document = (await get(server, "/v1/openapi.json", { key: null })).body;
});
afterAll(() => server?.remove());

describe("the other surfaces", () => {
  it("have documents of their own, which Swagger UI offers and which are checked in", async () => {
    const script = (await get(server, "/v1/docs/start.js", { key: null })).body;
    for (const name of SURFACE_NAMES) {
      const path = `openapi.${name}.json`;
      expect(script).toContain(`"url":"/v1/${path}"`);
      const { body } = await get(server, `/v1/${path}`, { key: null });
      expect(`${JSON.stringify(body, null, 2)}\n`).toBe(read(`openapi/${path}`));
      const yaml = await get(server, `/v1/openapi.${name}.yaml`, { key: null });
      expect(parse(yaml.body)).toEqual(body);
    }
  });

  it("are not served where the configuration leaves them out", async () => {
    const alone = await startServer({ server: { surfaces: [] } });
    try {
      for (const name of SURFACE_NAMES) {
        expect((await get(alone, `/v1/openapi.${name}.json`, { key: null })).status).toBe(404);
        const paths = Object.keys(JSON.parse(read(`openapi/openapi.${name}.json`)).paths);
        for (const path of paths) expect([path, (await get(alone, path)).status]).toEqual([path, 404]);
      }
      expect((await get(alone, "/v1/docs/start.js", { key: null })).body).not.toContain("openapi.sqlexec");
    } finally {
      await alone.remove();
    }
  });
});

describe("the OpenAPI document", () => {
  it("is served without a credential, as JSON and as YAML", async () => {
    const yaml = await get(server, "/v1/openapi.yaml", { key: null });
    expect(yaml.headers.get("content-type")).toBe("application/yaml; charset=utf-8");
    expect(parse(yaml.body)).toEqual(document);
  });

  it("is the one that is checked in", async () => {
    const { json, yaml } = await renderDocument("lite", ServicesModule.preview());
    expect(read("openapi/openapi.json")).toBe(json);
    expect(read("openapi/openapi.yaml")).toBe(yaml);
    expect(read("docs/reference/configuration.md")).toBe(renderConfiguration());
  });

  it("says what application/json is on a server with the other default", async () => {
    const spec = JSON.parse((await renderDocument("spec", ServicesModule.preview())).json);
    const ref = (one: Document) => one.paths["/v1/branches"].get.responses[200].content["application/json"].schema.$ref;
    expect([ref(document), ref(spec)]).toEqual([
      "#/components/schemas/BranchList",
      "#/components/schemas/SpecBranchListResponse",
    ]);
  });

  it("has every operation, with its access, its errors, and both dialects", () => {
    const described = Object.values<Document>(document.paths).flatMap((path) => Object.values<Document>(path));
    expect(described.map((one) => one.operationId).sort()).toEqual(OPERATIONS.map(({ id }) => id).sort());
    for (const { id, path, method, access, view, streamsRows } of OPERATIONS) {
      const one = document.paths[path][method.toLowerCase()];
      expect([id, one.security]).toEqual([id, access === "public" ? [] : [{ bearer: [] }, { apiKey: [] }]]);
      if (access === "public") continue;
      expect([id, Object.keys(one.responses)]).toEqual([
        id,
        expect.arrayContaining(["400", "401", "403", "429", "500"]),
      ]);
      if (access !== "authenticated") expect(one["x-scope"]).toBe(access);
      if (view === null || view === "deletedBranch") continue;
      const good = Object.entries<Document>(one.responses).find(([status]) => status.startsWith("2"))!;
      expect(Object.keys(good[1].content)).toEqual([
        "application/json",
        "application/vnd.heliosdb.lite.v1+json",
        "application/vnd.heliosdb.v1+json",
        ...(streamsRows ? ["application/x-ndjson"] : []),
      ]);
    }
  });

  it("refers to nothing that it does not have, and names every schema it needs", () => {
    const text = JSON.stringify(document);
    for (const [, ref] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = ref!.split("/").reduce((place: Document, name) => place?.[name], document);
      expect([ref, found !== undefined]).toEqual([ref, true]);
    }
    expect(document.components.schemas.ErrorCode.enum).toEqual(ERROR_CODES);
  });
});

describe("the routes of the server", () => {
  it("are the operations, each with declared access, and nothing else", async () => {
    for (const { method, path, access } of OPERATIONS) {
      const url = path.replace(/\{\w+\}/g, "x");
      const answer = await call(server, method, url, undefined, { key: null });
      expect([method, path, answer.status]).toEqual([method, path, access === "public" ? 200 : 401]);
    }
  });
});

describe.each([
  ["Swagger UI", "/v1/docs"],
  ["ReDoc", "/v1/redoc"],
])("%s", (_, path) => {
  it("comes from this server alone", async () => {
    const page = await get(server, path, { key: null });
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'self'");
    const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) {
      expect(link).toMatch(/^\/v1\/(docs|redoc)\//);
      expect((await get(server, link, { key: null })).status).toBe(200);
    }
    expect((await get(server, `${path}/`, { key: null })).body).toBe(page.body);
    expect((await get(server, `${path}/..%2fpackage.json`, { key: null })).status).toBe(404);
  });
});
