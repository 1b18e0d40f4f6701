import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Block } from "../../src/entry/decode.js";
import type { OperationHeader } from "../../src/entry/format.js";
import { Replica } from "../../src/index.js";
import { FolderWriter } from "../../src/replica/folder-writer.js";
import { filesOf } from "../support/copy.js";
import type { TestLog } from "../support/test-log.js";

class Crash extends Error {}

/** Ends after some steps, and keeps beside the folder what was durable then. */
class CrashingWriter extends FolderWriter {
  constructor(
    private readonly data: string,
    private readonly durable: string,
    private left: number,
  ) {
    super(data);
  }

  override run(operation: OperationHeader, again: boolean): void {
    this.step();
    super.run(operation, again);
  }

  override write(operation: OperationHeader, block: Block): void {
    this.step();
    super.write(operation, block);
  }

  override sync(): void {
    this.step();
    super.sync();
    rmSync(this.durable, { recursive: true, force: true });
    cpSync(this.data, this.durable, { recursive: true });
  }

  private step(): void {
    if (--this.left < 0) throw new Crash();
  }
}

/**
 * Applies a whole log with crashes in between. After a crash, each page that was written since everything was last made
 * durable is there or is not, and so are files that were made, renamed and removed since. Gives the number of crashes.
 */
export function applyWithCrashes(log: TestLog, base: string, seed: number, kind = Replica): number {
  const [data, durable, position] = ["data", "durable", "position.json"].map((name) => join(base, name)) as [
    string,
    string,
    string,
  ];
  const random = numbersFrom(seed);
  for (let crashes = 0; ; crashes++) {
    const replica = new kind(data, position, new CrashingWriter(data, durable, 1 + random(120)));
    if (!existsSync(durable)) cpSync(data, durable, { recursive: true });
    try {
      while (replica.applied < log.length) {
        replica.apply(log.parts(replica.applied + 1));
        if (random(6) === 0) replica.sync();
      }
      rmSync(durable, { recursive: true, force: true });
      return crashes;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      lose(data, durable, random);
    }
  }
}

function lose(data: string, durable: string, random: (below: number) => number): void {
  const names = [new Set(filesOf(data)), new Set(filesOf(durable))] as const;
  const moved = [...names[0], ...names[1]].some((name) => !names[0].has(name) || !names[1].has(name));
  // At most one step has been taken since: it is on the disk or it is not.
  if (moved && random(2) === 0) {
    rmSync(data, { recursive: true, force: true });
    cpSync(durable, data, { recursive: true });
    return;
  }
  // The content of a file that was renamed is durable under its old name.
  const gone = [...names[1]].filter((name) => !names[0].has(name)).map((name) => readFileSync(join(durable, name)));
  for (const name of names[0]) {
    const now = readFileSync(join(data, name));
    const then = names[1].has(name) ? readFileSync(join(durable, name)) : Buffer.alloc(0);
    if (now.equals(then) || gone.some((content) => content.equals(now))) continue;
    const mixed = Buffer.alloc(random(2) === 0 ? now.length : Math.max(now.length, then.length));
    for (let at = 0; at < mixed.length; at += 512) {
      mixed.set((random(2) === 0 ? now : then).subarray(at, Math.min(at + 512, mixed.length)), at);
    }
    writeFileSync(join(data, name), mixed);
  }
  rmSync(durable, { recursive: true, force: true });
  cpSync(data, durable, { recursive: true });
}

function numbersFrom(seed: number): (below: number) => number {
  let state = seed * 48271;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}
