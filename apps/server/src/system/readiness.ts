import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseHostPort, HeliosError } from "@heliosdb/port";
import { DEFAULT_TENANT } from "../access/well-known.js";
import type { Catalog } from "../catalog/catalog.js";
import type { ReadinessReport } from "./readiness-parts.js";

/** More frequent requests get the last report again: it is public, and costs a read. */
const FRESH_MS = 1000;
/** A tiny read that takes longer than this counts as failed. */
const PATIENCE_MS = 2000;
const TOO_LONG = `a read took longer than ${PATIENCE_MS / 1000} s`;
const NOT_ACTIVE = "its store doesn't answer, so another node may be the active one";

/** For how long a change of the catalog may wait for the store, in ms. */
const STUCK_MS = 1000;

type Parts = Pick<ReadinessReport["problems"], "catalog" | "readers" | "writers" | "disk" | "log">;

/** What there is to ask the active node of a cell. */
interface CellState {
  /** False where it may not be the active one any more. */
  mayAnswer(): boolean;
  /** Of the log of its catalog. */
  ownLog(): { readonly waitingMs: number };
}

/** Checks every part that a request needs, by using it. */
export class Readiness {
  private last: { readonly at: number; readonly parts: Promise<Parts> } | null = null;

  constructor(
    private readonly host: DatabaseHostPort,
    private readonly catalog: Catalog,
    private readonly dataDir: string,
    /** The server is shutting down. */
    private readonly isEnding: () => boolean,
    /** Null for a server that is not part of a cell. */
    private readonly cell: CellState | null = null,
  ) {}

  async check(): Promise<ReadinessReport> {
    const now = performance.now();
    if (!this.last || now - this.last.at > FRESH_MS) this.last = { at: now, parts: this.look() };
    const parts = await this.last.parts;
    const problems = {
      node: this.isEnding() ? "the server is shutting down" : (this.cell?.mayAnswer() ?? true) ? null : NOT_ACTIVE,
      leader: parts.writers ?? parts.disk,
      store: parts.catalog ?? parts.readers,
      ...parts,
    };
    return { ready: Object.values(problems).every((problem) => problem === null), problems };
  }

  private async look(): Promise<Parts> {
    const [{ parts }, catalog, readers, disk] = await Promise.all([
      this.host.health(),
      this.lookAtCatalog(),
      this.lookAtReaders(),
      this.lookAtDisk(),
    ]);
    const problemOf = (name: string) =>
      parts.find((part) => part.name === name)?.problem ? "a process can't be started" : null;
    return {
      catalog,
      readers: readers ?? problemOf("readers"),
      writers: problemOf("writers"),
      disk,
      ...(this.cell && { log: this.problemOfOwnLog() ?? parts.find(({ name }) => name === "log")?.problem ?? null }),
    };
  }

  private problemOfOwnLog(): string | null {
    const { waitingMs = 0 } = this.cell?.ownLog() ?? {};
    if (waitingMs <= STUCK_MS) return null;
    return `changes of the catalog have been waiting for the store for ${Math.round(waitingMs)} ms`;
  }

  private async lookAtCatalog(): Promise<string | null> {
    try {
      // In a cell, it may wait for changes before it, which are on their way to the store.
      const read = this.catalog.query("SELECT count(*) FROM sqlite_schema").then(() => null);
      read.catch(() => {});
      return await Promise.race([read, sleep(PATIENCE_MS, TOO_LONG, { ref: false })]);
    } catch (error) {
      return `it can't be read (${codeOf(error)})`;
    }
  }

  /** An overloaded reader is working. */
  private async lookAtReaders(): Promise<string | null> {
    try {
      await this.host.database(DEFAULT_TENANT).query({ branch: "main", sql: "SELECT 1", deadlineMs: PATIENCE_MS });
      return null;
    } catch (error) {
      const code = codeOf(error);
      if (code === "QUERY_TIMEOUT") return TOO_LONG;
      return code === "OVERLOADED" || code === "SHUTTING_DOWN" ? null : `a read failed (${code})`;
    }
  }

  private async lookAtDisk(): Promise<string | null> {
    const probe = join(this.dataDir, `.probe-${randomUUID()}`);
    try {
      await writeFile(probe, "ready?", { flag: "wx", mode: 0o600 });
      return null;
    } catch (error) {
      return `it can't be written to (${codeOf(error)})`;
    } finally {
      await rm(probe, { force: true }).catch(() => {});
    }
  }
}

/** A message may contain a path; a code does not. */
function codeOf(error: unknown): string {
  if (error instanceof HeliosError) return error.code;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : "unexpected";
}
