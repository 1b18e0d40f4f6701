import { createViteServer } from "vitest/node";

// node scripts/fixture.mjs: writes a database in the current format, for the tests of later releases.
const server = await createViteServer({
  configFile: false,
  appType: "custom",
  logLevel: "warn",
  server: { middlewareMode: true, watch: null, ws: false },
});
try {
  await server.ssrLoadModule("/packages/engine/test/format/make-fixture.ts");
} finally {
  await server.close();
}
