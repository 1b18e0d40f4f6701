import { randomBytes } from "node:crypto";
import { type BranchRef, HeliosError } from "@heliosdb/port";
import type { BranchRecord, MetaDb } from "./meta-db.js";

/** Where the rows of a branch are: a file, and the newest SCN in it that the branch sees. */
export interface Location {
  readonly file: string;
  /** Infinity for a branch with a file of its own, or one that follows its parent's head. */
  readonly cap: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const MAIN = "main";

/** The branches of a database as one reading of meta.db gave them. */
export class BranchTable {
  private readonly byId: Map<string, BranchRecord>;
  private readonly byName: Map<string, BranchRecord>;
  private readonly locations = new Map<string, Location>();

  constructor(readonly all: readonly BranchRecord[]) {
    this.byId = new Map(all.map((branch) => [branch.id, branch]));
    this.byName = new Map(all.filter((branch) => branch.deletedAt === null).map((branch) => [branch.name, branch]));
  }

  static read(meta: MetaDb): BranchTable {
    return new BranchTable(meta.branches());
  }

  /** A live branch by name or id. */
  get(ref: BranchRef): BranchRecord {
    const branch = this.byName.get(ref) ?? this.byId.get(ref);
    if (!branch || branch.deletedAt !== null) throw new HeliosError("BRANCH_NOT_FOUND", `Branch '${ref}' not found`);
    return branch;
  }

  byIdOrNull(id: string | null): BranchRecord | null {
    return id === null ? null : (this.byId.get(id) ?? null);
  }

  byInternal(internal: string): BranchRecord | undefined {
    return this.all.find((branch) => branch.internal === internal);
  }

  live(): BranchRecord[] {
    return this.all.filter((branch) => branch.deletedAt === null);
  }

  children(branch: BranchRecord): BranchRecord[] {
    return this.live().filter((other) => other.parent === branch.id);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Walks from a branch to the file that holds its rows, lowering the cap at each fork on the way. */
  locate(branch: BranchRecord): Location {
    const known = this.locations.get(branch.id);
    if (known) return known;
    let cap = Number.POSITIVE_INFINITY;
    let at = branch;
    while (!at.materialised) {
      cap = Math.min(cap, at.fork ?? Number.POSITIVE_INFINITY);
      at = this.byId.get(at.parent!)!;
    }
    const location = { file: at.internal, cap };
    this.locations.set(branch.id, location);
    return location;
  }
}

/** Throws INVALID_BRANCH_NAME unless it is a name that can stand in a path and can't be taken for an id. */
export function checkBranchName(name: string): void {
  if (!NAME.test(name)) {
    throw new HeliosError(
      "INVALID_BRANCH_NAME",
      `"${name.slice(0, 120)}" is no branch name: use 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or digit.`,
    );
  }
  if (name.startsWith("br_") || UUID.test(name)) {
    throw new HeliosError("INVALID_BRANCH_NAME", `"${name}" looks like a branch id; choose another name.`);
  }
}

/** `br_` and 16 random base32 characters. */
export function newBranchId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return `br_${[...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("")}`;
}
