import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDiskMark, writeDiskMark } from "@heliosdb/journal";
import { expect, it, onTestFinished } from "vitest";
import { leftOpen } from "../src/index.js";

it("finds what the last process had open, and takes a damaged mark for open", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "helios-left-open-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  expect(leftOpen(dataDir)).toEqual([]);
  const folder = (name: string) => {
    const path = join(dataDir, "databases", name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  openDiskMark(folder("open"), null, 3);
  writeDiskMark(folder("closed"), { ...openDiskMark(folder("closed"), null, 3), isOpen: false });
  folder("followed");
  writeFileSync(join(folder("damaged"), "log-disk"), "{");
  expect(leftOpen(dataDir).sort()).toEqual(["damaged", "open"]);
});
