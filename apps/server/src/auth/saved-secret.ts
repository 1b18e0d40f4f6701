import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";

export interface SavedSecret {
  readonly value: string;
  /** True when this call made it. */
  readonly isNew: boolean;
}

/**
 * The secret kept in a file that only its owner can read; made when the file does not exist. What is left of a damaged file
 * is refused: it may be easy to guess.
 * @param atLeast characters
 */
export function savedSecret(path: string, atLeast: number, make: () => string): SavedSecret {
  try {
    const value = readFileSync(path, "utf8").trim();
    if (!/^[!-~]*$/.test(value) || value.length < atLeast) {
      throw new Error(
        `${path} is damaged: expected at least ${atLeast} characters of ASCII without spaces. Bring the file back, or ` +
          "delete it, and the server creates a new secret.",
      );
    }
    return { value, isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const value = make();
  // "wx" refuses to follow or overwrite what appeared meanwhile.
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, `${value}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return { value, isNew: true };
}
