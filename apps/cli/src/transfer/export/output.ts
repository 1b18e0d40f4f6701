import { randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { EXIT, UsageError } from "../../errors/exit-codes.js";
import { write } from "../../output/stdout.js";
import { onceToldToEnd } from "../../session/told-to-end.js";

/** Where an export is written. */
export interface Output {
  write(text: string): Promise<void>;
}

export function checkFree(file: string, force: boolean): void {
  if (force || !existsSync(file)) return;
  throw new UsageError(`${file} already exists. Choose another file, or add --force.`);
}

/** Runs `use` with a path beside the file, and gives what it wrote the file's name; after a failure nothing is left. */
export async function replacing<T>(file: string, use: (part: string) => Promise<T>): Promise<T> {
  const part = `${file}.${randomBytes(4).toString("hex")}.part`;
  const remove = () => {
    if (existsSync(part)) rmSync(part);
  };
  const off = onceToldToEnd(() => {
    remove();
    process.exit(EXIT.interrupted.code);
  });
  try {
    const result = await use(part);
    renameSync(part, file);
    return result;
  } finally {
    off();
    remove();
  }
}

/** Writes text to a file, or to stdout for "-", no faster than it is taken. */
export async function writing<T>(file: string, use: (output: Output) => Promise<T>): Promise<T> {
  if (file === "-") return use({ write });
  return replacing(file, async (part) => {
    const handle = await opened(file, part);
    try {
      // Each call goes on where the one before ended.
      return await use({ write: (text) => handle.writeFile(text) });
    } finally {
      await handle.close();
    }
  });
}

async function opened(file: string, part: string): Promise<FileHandle> {
  try {
    return await open(part, "wx");
  } catch (error) {
    throw new UsageError(`${file} can't be written: ${(error as Error).message}`);
  }
}
