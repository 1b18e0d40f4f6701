import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../errors/exit-codes.js";

/** The file of a project that says which server and branch its commands mean. It holds no secret. */
export const PROJECT_FILE = ".helios";

const FIELDS = ["profile", "url", "branch"] as const;

/** Each field is optional; `branch` may be BRANCH@POINT. */
export type ProjectSettings = { readonly [field in (typeof FIELDS)[number]]?: string };

export interface Project {
  readonly path: string;
  readonly settings: ProjectSettings;
}

/** The project's file of a folder, or of the nearest folder above that has one. Throws UsageError if it is malformed. */
export function findProject(folder = process.cwd()): Project | null {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, PROJECT_FILE);
    const text = read(path);
    if (text !== null) return { path, settings: parse(text, path) };
    if (dirname(at) === at) return null;
  }
}

/** Writes the file of a project, or removes it if nothing is left to say. */
export function saveProject({ path, settings }: Project): void {
  if (Object.keys(settings).length === 0) rmSync(path, { force: true });
  else writeFileSync(path, `${JSON.stringify(settings, null, 2)}\n`);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // A folder of this name is somebody else's.
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw new UsageError(`${path} can't be read: ${(error as Error).message}`);
  }
}

function parse(text: string, path: string): ProjectSettings {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed(path, "it is no JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw malformed(path, "it is no JSON object");
  for (const [field, content] of Object.entries(value)) {
    if (!(FIELDS as readonly string[]).includes(field)) throw malformed(path, `it has a field "${field}"`);
    if (typeof content !== "string" || content === "") throw malformed(path, `"${field}" is no text`);
  }
  return value as ProjectSettings;
}

function malformed(path: string, why: string): UsageError {
  return new UsageError(
    `Malformed ${path}: ${why}. Expected an object with any of ${FIELDS.join(", ")}, such as {"branch": "dev"}.`,
  );
}
