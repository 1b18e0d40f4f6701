import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A small file system of its own, in memory, which can be full. */
export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), "helios-disk-"));
  private isMounted = false;

  constructor(megabytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.folder], { stdio: "pipe" });
    this.isMounted = true;
  }

  /** Why none can be made here, or null. */
  static problem(): string | null {
    if (process.platform !== "linux") return "only Linux has tmpfs";
    try {
      new SmallDisk(1).remove();
      return null;
    } catch (error) {
      return `tmpfs can't be mounted: ${(error as Error).message.split("\n").at(-1)}`;
    }
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  /** Takes all space but so much. */
  fill(leaving = 0): void {
    const file = openSync(join(this.folder, "filler"), "a");
    try {
      const piece = Buffer.alloc(4096, "x");
      while (this.freeBytes > leaving) writeSync(file, piece);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
  }

  free(): void {
    rmSync(join(this.folder, "filler"), { force: true });
  }

  remove(): void {
    if (this.isMounted) execFileSync("umount", ["-l", this.folder], { stdio: "pipe" });
    this.isMounted = false;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Makes a folder read-only for every program, by mounting it on itself. Returns what undoes that, once. */
export function makeReadOnly(folder: string): () => void {
  execFileSync("mount", ["--bind", folder, folder], { stdio: "pipe" });
  let isUndone = false;
  const undo = () => {
    if (!isUndone) execFileSync("umount", ["-l", folder], { stdio: "pipe" });
    isUndone = true;
  };
  try {
    execFileSync("mount", ["-o", "remount,bind,ro", folder], { stdio: "pipe" });
  } catch (error) {
    undo();
    throw error;
  }
  return undo;
}
