import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { rollForward } from "../../src/index.js";
import { Copy, differences } from "../support/copy.js";
import { TestLog } from "../support/test-log.js";

it("sends a folder that is new to the log as a whole, however often it is stopped", () => {
  const folder = memoryFolder("helios-new-");
  mkdirSync(join(folder, "branches"));
  writeFileSync(join(folder, "meta.db"), randomBytes(8_500_000));
  writeFileSync(join(folder, "branches/b1.db"), randomBytes(8_500_000));
  writeFileSync(join(folder, "branches/b2.db"), randomBytes(4096));
  const all = [...rollForward(folder, new Set())].length;
  expect(all).toBeGreaterThan(3);
  try {
    for (let stopped = 0; stopped <= all; stopped++) {
      const log = new TestLog();
      let left = stopped;
      for (const operations of rollForward(folder, log.known())) {
        if (left-- === 0) break;
        log.append(operations);
      }
      for (const operations of rollForward(folder, log.known())) log.append(operations);
      const copy = new Copy(log);
      copy.follow();
      expect([stopped, differences(folder, copy.folder)]).toEqual([stopped, []]);
      copy.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
