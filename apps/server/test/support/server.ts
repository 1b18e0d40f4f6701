import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ApiServer,
  type ApiServerOptions,
  AuthMiddleware,
  EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
  JwtManager,
  RateLimitMiddleware,
  type RunningServer,
} from "../../dist/index.js";

export const SECRET = "a-secret-for-tests-only";
/** With this variable, every test runs against a server with fronts, as long as it does not choose by itself. */
const FRONTS = Number(process.env.TEST_FRONTS ?? 0);
export const KEYS = {
  admin: "sk_test_admin_key",
  write: "sk_test_write_key",
  read: "sk_test_read_key",
  merge: "sk_test_merge_key",
  nothing: "sk_test_nothing_key",
  other: "sk_test_other_tenant",
};

export interface TestServer extends RunningServer {
  readonly dataDir: string;
  readonly jwt: JwtManager;
  remove(): Promise<void>;
}

export interface TestOptions {
  readonly server?: ApiServerOptions;
  readonly database?: EmbeddedDatabaseOptions;
  readonly limits?: RateLimitMiddleware;
  readonly auth?: AuthMiddleware | null;
  readonly dataDir?: string;
}

/** A real server on a free port of this machine, with a data folder of its own. */
export async function startServer(options: TestOptions = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "heliosdb-server-"));
  const database = new EmbeddedDatabase(dataDir, options.database);
  const server = new ApiServer("127.0.0.1:0", database, {
    logLevel: "silent",
    fronts: options.server?.databaseHosts ? 0 : FRONTS,
    ...options.server,
  });
  if (options.auth !== null) server.withAuth(options.auth ?? testAuth());
  if (options.limits) server.withRateLimiting(options.limits);
  const running = await server.listen();
  return {
    ...running,
    dataDir,
    jwt: new JwtManager(SECRET),
    async remove() {
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export function testAuth(): AuthMiddleware {
  return new AuthMiddleware(SECRET)
    .withApiKey(KEYS.admin, "ann", "default", "c1", ["admin"], "admin")
    .withApiKey(KEYS.write, "wes", "default", "c2", ["read", "write"], "write")
    .withApiKey(KEYS.read, "rae", "default", "c3", ["sync:read"], "read")
    .withApiKey(KEYS.merge, "mia", "default", "c4", ["merge"], "merge")
    .withApiKey(KEYS.nothing, "nan", "default", "c5", [], "nothing")
    .withApiKey(KEYS.other, "otto", "tenant456", "c6", ["admin"], "other");
}
