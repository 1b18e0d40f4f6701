import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { installed } from "./installed.js";

const DEBIAN = "/usr/lib/postgresql";
const FROM_PACKAGES = existsSync(DEBIAN) ? readdirSync(DEBIAN).filter((name) => /^\d+$/.test(name)) : [];
const NEWEST = FROM_PACKAGES.sort((a, b) => Number(b) - Number(a))[0];

/** The folder of PostgreSQL's programs; null where it is not installed. */
export const PROGRAMS = installed(
  NEWEST === undefined ? null : join(DEBIAN, NEWEST, "bin"),
  "PostgreSQL",
  "postgresql-15",
);

/** PostgreSQL does not run as root. */
export const AS: { readonly uid?: number; readonly gid?: number } =
  userInfo().uid === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};

function idOf(flag: string): number {
  return PROGRAMS === null ? 0 : Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
}

/** A folder of the user that PostgreSQL runs as. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "helios-postgres-"));
  if (AS.uid !== undefined) chownSync(folder, AS.uid, AS.gid ?? 0);
  return folder;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
