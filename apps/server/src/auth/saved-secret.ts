import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

/** The secrets in a data folder, by file, and how many characters each has at least: more than a half of it. */
const LENGTHS = { "jwt.secret": 24, "admin.key": 32, "signing.key": 32 } as const;

export type SecretFile = keyof typeof LENGTHS;

export interface SavedSecret {
  readonly value: string;
  /** True when this call made it. */
  readonly isNew: boolean;
}

/**
 * The secret kept in a file of the data folder that only its owner can read; made when the file does not exist. What is
 * left of a damaged file is refused: it may be easy to guess.
 */
export function savedSecret(dataDir: string, file: SecretFile, make: () => string): SavedSecret {
  const path = join(dataDir, file);
  if (existsSync(path)) {
    const problem = problemOf(dataDir, file);
    if (problem !== null) throw new Error(`${dataDir}: ${problem}`);
    return { value: readFileSync(path, "utf8").trim(), isNew: false };
  }
  const value = make();
  // "wx" refuses to follow or overwrite what appeared meanwhile.
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, `${value}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  return { value, isNew: true };
}

/** What is wrong with the secrets of a data folder, in sentences. */
export function damagedSecrets(dataDir: string): string[] {
  const files = Object.keys(LENGTHS) as SecretFile[];
  return files.filter((file) => existsSync(join(dataDir, file))).flatMap((file) => problemOf(dataDir, file) ?? []);
}

function problemOf(dataDir: string, file: SecretFile): string | null {
  const value = readFileSync(join(dataDir, file), "utf8").trim();
  const atLeast = LENGTHS[file];
  if (/^[!-~]*$/.test(value) && value.length >= atLeast) return null;
  return (
    `${file} is damaged: expected at least ${atLeast} characters of ASCII without spaces. Bring the file back, or ` +
    "delete it, and the server creates a new secret."
  );
}
