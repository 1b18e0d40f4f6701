import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import type { BranchInfo, Json, MergeRequest, PointInTime } from "@heliosdb/port";
import { TestDatabase } from "../support/test-database.js";

/** Where databases of earlier formats are kept, a folder for each: its files compressed, and what is in them. */
export const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), "fixtures");
const EXPECTED = "expected.json";

/** Both sides of the merge gave one number to two rows; which of them stays was settled by "newer wins" when it was made. */
export const NUMBERED_TWICE: MergeRequest["resolutions"] = [{ table: "tickets", key: 4n, use: "target" }];

/** One point of one branch with all that can be read there. */
export interface ExpectedState {
  readonly branch: string;
  readonly at: PointInTime;
  readonly tables: readonly ExpectedTable[];
}

/** Each row is one text in which every value shows its type, so that 1, 1.0 and '1' differ. */
export interface ExpectedTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** What a listing says of a branch, less what differs from run to run. */
export type ExpectedBranch = Pick<BranchInfo, "name" | "state" | "forkScn" | "headScn" | "readOnly" | "isolated"> & {
  readonly parent: string | null;
  readonly tables: number;
  readonly rows: number;
};

export interface ExpectedMerge {
  readonly source: string;
  readonly target: string;
  readonly strategy: MergeRequest["strategy"];
  readonly merged: number;
  readonly conflictCount: number;
  /** The target afterwards. */
  readonly after: ExpectedState;
}

export interface Expected {
  /** The formats that branch files and meta.db have in it. */
  readonly formats: { readonly files: number; readonly record: number };
  readonly branches: readonly ExpectedBranch[];
  readonly states: readonly ExpectedState[];
  /** The stored outcome of a request that was committed under this id. */
  readonly outcome: { readonly branch: string; readonly requestId: string; readonly result: Json };
  /** The next id of this AUTOINCREMENT table, above all that were ever given out on the branch. */
  readonly next: { readonly branch: string; readonly table: string; readonly id: number };
  readonly merge: ExpectedMerge;
  /** What became of each branch; absent in fixtures from before format 3 of the record. */
  readonly changes?: Readonly<Record<string, readonly string[]>>;
}

/** Names of the fixtures there are, in the order of their formats. */
export function fixtureNames(): string[] {
  const number = (name: string) => Number(name.slice("format-".length));
  return readdirSync(FIXTURES)
    .filter((name) => /^format-\d+$/.test(name))
    .sort((a, b) => number(a) - number(b));
}

export function readExpected(name: string): Expected {
  return JSON.parse(readFileSync(join(FIXTURES, name, EXPECTED), "utf8")) as Expected;
}

/** Unpacks a fixture into a new folder. */
function unpack(name: string): string {
  const directory = mkdtempSync(join(tmpdir(), "helios-format-"));
  for (const file of readdirSync(join(FIXTURES, name), { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".gz")) continue;
    const target = join(directory, file.slice(0, -".gz".length));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, gunzipSync(readFileSync(join(FIXTURES, name, file))));
  }
  return directory;
}

/** Packs the folder of a closed database. Fails where a write-ahead log shows that it was not closed cleanly. */
export function pack(directory: string, name: string): void {
  const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((file) => /\.db/.test(file));
  const left = files.find((file) => !file.endsWith(".db"));
  if (left !== undefined) throw new Error(`${left} is left over: the database was not closed cleanly`);
  for (const file of files) {
    const target = join(FIXTURES, name, `${file}.gz`);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, gzipSync(readFileSync(join(directory, file)), { level: 9 }));
  }
}

/** A row to a line, so that people can read it. */
export function writeExpected(name: string, expected: Expected): void {
  writeFileSync(join(FIXTURES, name, EXPECTED), `${JSON.stringify(expected, null, 1)}\n`);
}

/** Runs `use` on an unpacked fixture and removes it again. */
export function withFixture<T>(name: string, use: (db: TestDatabase) => T): T {
  const directory = unpack(name);
  try {
    const db = new TestDatabase(directory);
    try {
      return use(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
