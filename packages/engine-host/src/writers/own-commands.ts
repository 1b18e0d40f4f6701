import type { CloneJob, ImportJob } from "@heliosdb/engine";
import { HeliosError, writeExactJson } from "@heliosdb/port";
import { notConfirmed } from "../errors/errors.js";
import { type Command, WriterLost } from "./command.js";
import type { WriterCommand } from "./protocol.js";

/** For commands without a deadline of their own, such as closing a database. */
export const COMMAND_LIMIT_MS = 60_000;
/** With a log, all of the file is sent to its store. */
const LIMITS: { readonly [command: string]: number } = { importBranch: 600_000 };
/** How often a command is sent again when its process ends. */
export const COMMAND_ATTEMPTS = 5;

/** Commands with effects that others can see under an old SCN. */
const SEEN_AT_ONCE: ReadonlySet<string> = new Set(["open", "importBranch", "maintain"]);
/** Operations that may lock a branch file, and so have to wait while another one is locked. */
const MAY_CLONE: ReadonlySet<string> = new Set(["prepareCopy", "prepareExport", "prepareImport", "maintain"]);

export type Adopt = (job: ImportJob) => Promise<void>;

export interface OwnCommandsParts {
  readonly name: string;
  /** Opening it sends what its log does not have, which may be all of it. */
  readonly hasLog: boolean;
  /** Why the database is being dropped; null if it isn't. */
  dropped(): HeliosError | null;
  /** Whether only the commands that close the database are given to the process. */
  isGone(): boolean;
  clone(job: CloneJob, complete?: () => Promise<void>): Promise<CloneJob>;
  wake(): void;
}

/** Commands of one database that are not callers' operations: to open it, to copy a state, to maintain it. */
export class OwnCommands {
  private readonly ready: Command[] = [];
  /** They wait for a transaction to end. */
  private readonly held: Command[] = [];

  constructor(private readonly parts: OwnCommandsParts) {}

  get isWaiting(): boolean {
    return this.ready.length > 0;
  }

  get size(): number {
    return this.ready.length + this.held.length;
  }

  /** The next one. @param isCopying whether nothing that may begin a clone can be run */
  take(isCopying: boolean): Command | null {
    const at = this.ready.findIndex(({ clones }) => !clones || !isCopying);
    return at < 0 ? null : this.ready.splice(at, 1)[0]!;
  }

  release(): void {
    this.ready.push(...this.held.splice(0));
  }

  /** The process is gone, or is not to have them. */
  lose(): void {
    for (const command of [...this.ready.splice(0), ...this.held.splice(0)]) command.lost(true);
  }

  /** Sends a command, again if the process ends meanwhile. */
  async insist(command: WriterCommand, atOnce?: () => void, adopt?: Adopt): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.ask(command, atOnce, adopt);
      } catch (error) {
        if (!(error instanceof WriterLost) || attempt === COMMAND_ATTEMPTS) throw error;
      }
    }
  }

  /**
   * Sends a command. If it begins a clone, that is run to its end. Rejects with WriterLost or HeliosError. `atOnce` is
   * called with the result, before the process gets anything else. `adopt` ends an import whose clone has been made.
   */
  ask(command: WriterCommand, atOnce?: () => void, adopt?: Adopt): Promise<unknown> {
    const { name, hasLog, isGone, dropped, clone, wake } = this.parts;
    const isRefused = () => isGone() && command.do !== "close" && command.do !== "drop";
    if (isRefused()) return Promise.reject(dropped());
    return new Promise((resolve, reject) => {
      const sent: Command = {
        database: name,
        body: `"database":${JSON.stringify(name)},${writeExactJson(command).slice(1)}`,
        limitMs: command.do === "open" && hasLog ? null : (LIMITS[command.do] ?? COMMAND_LIMIT_MS),
        isPlain: !SEEN_AT_ONCE.has(command.do),
        clones: MAY_CLONE.has(command.do),
        received: (response, safe) => {
          const told = (tell: () => void) => {
            if (safe) safe.then(tell, () => reject(dropped() ?? notConfirmed()));
            else tell();
          };
          // At once, and not in a later turn: the source is locked, and the choice of the next command depends on that.
          if ("clone" in response) {
            const { clone: made, job } = response;
            clone(made, job && adopt && (() => adopt(job))).then(resolve, reject);
          } else if ("result" in response) {
            atOnce?.();
            told(() => resolve(response.result));
          } else if ("busy" in response) this.held.push(sent);
          else if ("error" in response) told(() => reject(HeliosError.fromWire(response.error)));
        },
        lost: () => reject(isRefused() ? dropped() : new WriterLost("the writer ended")),
      };
      this.ready.push(sent);
      wake();
    });
  }
}
