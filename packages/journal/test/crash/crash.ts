import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeExactJson } from "@heliosdb/port";
import { expect } from "vitest";
import { again, photograph } from "../../../engine/test/crash/photograph.js";
import type { Action } from "../../../engine/test/crash/run-worker.js";
import type { Lands, Scenario } from "../../../engine/test/crash/scenario.js";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { TestDatabase } from "../../../engine/test/support/test-database.js";
import { Copy, differences } from "../support/copy.js";
import { JournaledRunner } from "../support/journaled-runner.js";

const WORKER = fileURLToPath(new URL("worker.mjs", import.meta.url));

export interface Crashed {
  entries: number;
  /** States of branches that were the same in the folder made from the log. */
  states: number;
}

/**
 * Kills a writer with a journal at a step of a call. The next one brings the log up to what the call has left in the
 * folder; then a folder made from the log must be the same.
 */
export function crashWithJournal(scenario: Scenario, step: string, lands: Lands): Crashed {
  const runner = new JournaledRunner();
  const folder = memoryFolder("helios-crash-");
  const copy = new Copy(runner.log);
  try {
    let db = new TestDatabase(folder, 0, runner);
    const action = scenario.prepare(db);
    const { clockOffsetMs } = db;
    const before = photograph(db);
    db.close();
    copy.follow();

    run(runner, folder, clockOffsetMs, action, step);

    db = new TestDatabase(folder, clockOffsetMs, runner);
    expect(scenario.outcome(db)).toBe(lands);
    const heads = db.read({ op: "listBranches", request: {} }).map(({ id }) => `${id}@now`);
    const original = again(db, new Set([...before.keys(), ...heads]));
    db.close();
    copy.follow();
    expect(differences(folder, copy.folder)).toEqual([]);
    const taken = new TestDatabase(copy.taken(), clockOffsetMs);
    expect(again(taken, original.keys())).toEqual(original);
    taken.dispose();
    return { entries: copy.entries, states: original.size };
  } finally {
    copy.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

function run({ log }: JournaledRunner, directory: string, clockOffsetMs: number, action: Action, step: string): void {
  const file = join(memoryFolder("helios-log-"), "log");
  writeFileSync(file, "");
  const { end } = log;
  const request = { directory, clockOffsetMs, action, log: file, end, known: [...log.known()] };
  const { signal, stderr } = spawnSync(process.execPath, [WORKER, writeExactJson(request)], {
    encoding: "utf8",
    env: { ...process.env, HELIOS_FAILPOINT: step },
  });
  if (signal !== "SIGKILL") throw new Error(`the process was not killed at ${step}: ${stderr}`);
  for (const line of readFileSync(file, "utf8").split("\n").filter(Boolean)) {
    log.add((JSON.parse(line) as string[]).map((part) => Buffer.from(part, "base64")));
  }
  rmSync(join(file, ".."), { recursive: true, force: true });
}
