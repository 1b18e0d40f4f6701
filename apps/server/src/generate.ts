import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import "reflect-metadata";
import { ServicesModule } from "./app/services.module.js";
import { loadSurfaces, SURFACE_NAMES } from "./app/surfaces.js";
import { renderConfiguration } from "./config/render-configuration.js";
import { renderHeliumErrors } from "./surfaces/helium/docs/render-errors.js";
import { renderLibsqlErrors } from "./surfaces/libsql/docs/render-errors.js";
import { renderRqliteErrors } from "./surfaces/rqlite/docs/render-errors.js";
import { renderSqlexecErrors } from "./surfaces/sqlexec/docs/render-errors.js";
import { renderErrors } from "./surfaces/v1/docs/render-errors.js";
import { renderDocument } from "./surfaces/v1/openapi/render.js";

/**
 * Writes every file that is generated from the server's own declarations. CI runs it and fails if a file has changed.
 */
async function generate(): Promise<void> {
  const root = new URL("../../../", import.meta.url);
  const { json, yaml } = await renderDocument("lite", ServicesModule.preview());
  write(new URL("openapi/openapi.json", root), json);
  write(new URL("openapi/openapi.yaml", root), yaml);
  const services = () => ServicesModule.preview();
  for (const { name, document } of (
    await loadSurfaces(SURFACE_NAMES, { dialect: "lite", publicPrefix: "" }, services)
  ).all.slice(1)) {
    write(new URL(`openapi/openapi.${name}.json`, root), await document.json());
    write(new URL(`openapi/openapi.${name}.yaml`, root), await document.yaml());
  }
  write(new URL("docs/reference/configuration.md", root), renderConfiguration());
  const errors = [
    renderErrors(),
    renderRqliteErrors(),
    renderSqlexecErrors(),
    renderHeliumErrors(),
    renderLibsqlErrors(),
  ];
  write(new URL("docs/reference/errors.md", root), errors.join(""));
}

function write(url: URL, text: string): void {
  const path = fileURLToPath(url);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

await generate();
