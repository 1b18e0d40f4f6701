import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ExportRequest, type ImportRequest, readExactJson, writeExactJson } from "@heliosdb/port";
import { buildSync } from "esbuild";
import { openWriter } from "../../dist/index.js";
import type { ControlOperation, CopyRequest, WriteOperation } from "../../src/index.js";
import { perform } from "./actions.mjs";

/** What a process of its own does to a database. */
export type Action =
  | { readonly do: "open" }
  | { readonly do: "write"; readonly operation: WriteOperation; readonly byHelper?: boolean }
  | { readonly do: "control"; readonly operation: ControlOperation }
  | {
      readonly do: "transaction";
      readonly transaction: string;
      readonly branch: string;
      readonly statements: readonly string[];
      /** Written elsewhere before the last statement, so that the commit gets a newer SCN than it began with. */
      readonly meanwhile: WriteOperation;
    }
  | { readonly do: "copy"; readonly request: CopyRequest }
  | { readonly do: "export"; readonly request: ExportRequest }
  | { readonly do: "import"; readonly source: string; readonly path: string; readonly request: ImportRequest }
  | { readonly do: "maintain" };

export interface Place {
  readonly directory: string;
  readonly clockOffsetMs: number;
}

const SQLITE = createRequire(import.meta.url).resolve("better-sqlite3");
let worker: string | null = null;

/** There is a process for each failpoint, and one file is loaded in half the time of hundreds. */
function builtWorker(): string {
  if (worker !== null) return worker;
  const folder = mkdtempSync(join(tmpdir(), "helios-crash-"));
  worker = join(folder, "worker.mjs");
  buildSync({
    entryPoints: [join(import.meta.dirname, "worker.mjs")],
    outfile: worker,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    alias: { "better-sqlite3": SQLITE },
    external: [join(dirname(SQLITE), "*")],
  });
  return worker;
}

/** For a file of tests to call at its end. */
export function removeWorker(): void {
  if (worker !== null) rmSync(dirname(worker), { recursive: true });
  worker = null;
}

/** Does it to the end, and gives what came of it. That needs no process of its own. */
export function runToEnd({ directory, clockOffsetMs }: Place, action: Action): unknown {
  const writer = openWriter({ directory, clockOffsetMs });
  try {
    return readExactJson(writeExactJson(perform(writer, action) ?? null));
  } finally {
    writer.close();
  }
}

/** Does it with a crash at a step ("name", or "name:2"); gives the signal that ended the process, null for none. */
export function runToCrash(place: Place, action: Action, failpoint: string): NodeJS.Signals | null {
  const { signal, stderr } = start(place, action, failpoint);
  if (signal === null && stderr !== "") throw new Error(stderr);
  return signal;
}

function start({ directory, clockOffsetMs }: Place, action: Action, failpoint: string) {
  return spawnSync(process.execPath, [builtWorker(), writeExactJson({ directory, clockOffsetMs, action })], {
    encoding: "utf8",
    env: { ...process.env, HELIOS_FAILPOINT: failpoint },
  });
}
