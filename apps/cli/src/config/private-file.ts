import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Writes a file that only its owner can read, from the moment it is created. It is replaced as a whole: a kill leaves the
 * one before or this one, and what it leaves half written is removed by the next write.
 */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  const write = () => {
    writeFileSync(temporary, text, { mode: 0o600 });
    // One that a killed process left behind keeps its own mode.
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  };
  try {
    write();
  } catch (error) {
    rmSync(temporary, { force: true });
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    // A process in another container, to which this one looks dead, has swept it away.
    write();
  }
  sweep(path);
}

/** Removes such a file, with all that killed processes have left of it: it may hold a key. */
export function removePrivateFile(path: string): void {
  rmSync(path, { force: true });
  sweep(path);
}

/** Removes what processes that no longer run have left half written. */
function sweep(path: string): void {
  const prefix = `${basename(path)}.`;
  for (const name of filesIn(dirname(path))) {
    const suffix = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (/^[1-9]\d*$/.test(suffix) && !isRunning(Number(suffix))) rmSync(join(dirname(path), name), { force: true });
  }
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process may not be signalled, but it runs.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
