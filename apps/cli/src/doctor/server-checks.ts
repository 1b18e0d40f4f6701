import { type HeliosDBClient, HeliosDBError } from "@heliosdb/client";
import type { Connection } from "../config/connection.js";
import { VERSION } from "../config/version.js";
import { get, type Reply } from "./get.js";

export interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly finding: string;
}

/** Clocks that differ by more give wrong answers to "an hour ago". */
const MOST_SKEW_S = 5;

/** The findings about a server, by asking it. If it can't be reached, nothing else is asked. */
export async function serverChecks(
  client: HeliosDBClient,
  { url }: Connection,
  branch: string,
  ca: Buffer | undefined,
): Promise<readonly Check[]> {
  const began = performance.now();
  let version: Reply;
  try {
    version = await get(`${url}/version`, ca);
  } catch (error) {
    const reason = (error as Error).message;
    return [{ check: "server", ok: false, finding: `No response from ${url}: ${reason}. Is it running?` }];
  }
  const ms = Math.round(performance.now() - began);
  return [
    { check: "server", ok: version.status === 200, finding: `responds in ${ms} ms with status ${version.status}` },
    versionCheck(version),
    clockCheck(version),
    ...(await readiness(url, ca)),
    await asked("key", async () => {
      const { userId, scopes } = await client.auth.me();
      return `${userId} (${scopes.join(", ")})`;
    }),
    await asked("branch", async () => {
      const { name, scn } = await client.branches.get(branch);
      return `${name} exists, at scn ${scn}`;
    }),
  ];
}

function versionCheck({ text }: Reply): Check {
  const version = versionIn(text);
  if (version === null) return { check: "version", ok: false, finding: "The server is no HeliosDB server." };
  const ok = version.split(".")[0] === VERSION.split(".")[0];
  const finding = `server ${version}, command ${VERSION}`;
  return { check: "version", ok, finding: ok ? finding : `${finding}: install the command of the server's version.` };
}

function versionIn(text: string): string | null {
  try {
    const { version } = JSON.parse(text) as { version?: unknown };
    return typeof version === "string" ? version : null;
  } catch {
    return null;
  }
}

function clockCheck({ date }: Reply): Check {
  if (date === null) return { check: "clock", ok: true, finding: "the server tells no time" };
  // The header has whole seconds.
  const skew = Math.round((Date.parse(date) + 500 - Date.now()) / 1000);
  const ok = Math.abs(skew) <= MOST_SKEW_S;
  const finding = ok ? "agrees with the server's" : `differs from the server's by ${Math.abs(skew)} s. Set it.`;
  return { check: "clock", ok, finding };
}

async function readiness(url: string, ca: Buffer | undefined): Promise<readonly Check[]> {
  try {
    const { text } = await get(`${url}/readyz`, ca);
    const { parts } = JSON.parse(text) as { parts: { [part: string]: { ok: boolean; problem?: string } } };
    const broken = Object.entries(parts).filter(([, { ok }]) => !ok);
    const disk = parts.disk;
    return [
      {
        check: "ready",
        ok: broken.length === 0,
        finding: broken.map(([part, { problem }]) => `${part}: ${problem}`).join("; ") || "all parts work",
      },
      ...(disk ? [{ check: "disk", ok: disk.ok, finding: disk.problem ?? "can be written" }] : []),
    ];
  } catch (error) {
    return [{ check: "ready", ok: false, finding: `/readyz can't be read: ${(error as Error).message}` }];
  }
}

async function asked(check: string, ask: () => Promise<string>): Promise<Check> {
  try {
    return { check, ok: true, finding: await ask() };
  } catch (error) {
    if (!(error instanceof HeliosDBError)) throw error;
    return { check, ok: false, finding: error.message };
  }
}
