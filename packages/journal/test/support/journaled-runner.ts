import { rmSync } from "node:fs";
import { type DatabaseWriter, type EngineOptions, openWriter } from "../../../engine/src/index.js";
import type { Runner } from "../../../engine/test/support/runner.js";
import {
  type Append,
  type Disk,
  type DiskMark,
  hasLost,
  Journal,
  openDiskMark,
  Replica,
  readDiskMark,
  rollForward,
  writeDiskMark,
} from "../../src/index.js";
import { PowerCuts } from "./power-cuts.js";
import { TestLog } from "./test-log.js";

export type MakeJournal = (...args: ConstructorParameters<typeof Journal>) => Journal;

export interface Behaviour {
  /** By how many entries confirmations lag behind, from one call to the next. */
  readonly lag: () => number;
  readonly makeJournal: MakeJournal;
  readonly rollForward: typeof rollForward;
  /**
   * Which writes need not wait for the disk, and what it has lost after a kill by which nothing that was committed was
   * unconfirmed: the ends of logs, by numbers from 0 to 4. Undefined: all wait.
   */
  readonly powerCuts?: () => number;
  readonly hasLost: typeof hasLost;
  /** Called after each call that has added an entry. */
  readonly added?: (log: TestLog) => void;
}

const USUAL: Behaviour = {
  lag: () => 0,
  makeJournal: (...args) => new Journal(...args),
  rollForward,
  hasLost,
};

/** Calls before which the disk need not have everything. */
const MAY_BE_BEHIND = new Set(["write", "prepare", "prepareCopy", "prepareExport", "outcome"]);

/** Runs a database's writer as a cell does: each call becomes an entry of its log, which is confirmed some time later. */
export class JournaledRunner implements Runner {
  readonly log = new TestLog();
  private readonly behaviour: Behaviour;
  private confirmed = 0;
  /** Entries when the process was killed. */
  private written = 0;
  private isAlive = true;
  private cuts: PowerCuts | null = null;
  /** How often a folder was found to be behind its log after a power cut. */
  behind = 0;
  /** Frames of logs that power cuts have taken. */
  get lost(): number {
    return this.cuts?.lost ?? 0;
  }

  /** How often the folder was brought to the log after a kill. */
  rolledForward = 0;

  constructor(behaviour: Partial<Behaviour> = {}) {
    this.behaviour = { ...USUAL, ...behaviour };
  }

  open(options: EngineOptions): DatabaseWriter {
    const { directory } = options;
    if (!this.isAlive && this.confirmed === this.written) this.cuts?.cut();
    this.isAlive = true;
    const { powerCuts } = this.behaviour;
    const against = {
      seq: this.log.length,
      known: new Set(this.log.known()),
      last: () => this.log.parts(this.log.length),
    };
    if (this.behaviour.hasLost(directory, readDiskMark(directory), against)) {
      this.behind++;
      this.makeFolder(directory);
    }
    if (powerCuts) this.cuts ??= new PowerCuts(directory, powerCuts);
    const mark = this.cuts && openDiskMark(directory, readDiskMark(directory), this.log.length);
    const known = this.log.known();
    for (const operations of this.behaviour.rollForward(options.directory, known)) this.log.append(operations);
    this.rolledForward++;
    this.confirmed = this.log.length;
    const alive = { value: true };
    const append: Append = (...entry) =>
      this.isAlive && alive.value ? this.log.append(...entry) : Number.POSITIVE_INFINITY;
    const journal = this.behaviour.makeJournal(directory, append, this.log.known(), mark && this.disk(directory, mark));
    this.confirm(journal, this.confirmed);
    try {
      const writer = openWriter(options, journal);
      this.end(journal);
      this.cuts?.synced();
      return this.journaled(writer, journal, () => {
        alive.value = false;
        if (mark && this.isAlive) writeDiskMark(directory, { ...mark, seq: this.log.length, isOpen: false });
      });
    } catch (error) {
      this.close(journal);
      throw error;
    }
  }

  /** What is not confirmed was never sent. */
  killed(): void {
    this.isAlive = false;
    this.written = this.log.length;
    this.log.truncate(this.confirmed);
  }

  private journaled(writer: DatabaseWriter, journal: Journal, ended: () => void): DatabaseWriter {
    return new Proxy(writer, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          const before = MAY_BE_BEHIND.has(String(name)) ? null : this.sync(journal);
          try {
            return (value as (...args: unknown[]) => unknown).apply(target, args);
          } finally {
            if (name === "close") {
              this.close(journal);
              ended();
            } else {
              this.end(journal);
              if (before && this.isAlive) this.cuts?.committed(before);
            }
          }
        };
      },
    });
  }

  /** Before a call that must not be on the disk without what came before. */
  private sync(journal: Journal) {
    if (this.cuts === null || !this.isAlive) return null;
    journal.sync();
    this.cuts.synced();
    return this.cuts.now();
  }

  /** As a host does it. */
  private disk(directory: string, mark: DiskMark): Disk {
    return {
      id: mark.disk,
      noteSynced: () => void writeDiskMark(directory, { ...mark, seq: this.confirmed }),
      failed: (error) => {
        throw error;
      },
    };
  }

  private makeFolder(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
    const position = `${directory}.position`;
    const replica = new Replica(directory, position);
    for (let seq = 1; seq <= this.log.length; seq++) replica.apply(this.log.parts(seq));
    rmSync(position, { force: true });
  }

  /** What its owner does after each call. */
  private end(journal: Journal): void {
    const before = this.log.length;
    const newest = journal.collect();
    if (this.isAlive) {
      this.confirm(journal, Math.max(this.confirmed, newest - this.behaviour.lag()));
      if (this.log.length > before) this.behaviour.added?.(this.log);
    }
    journal.settle();
  }

  private close(journal: Journal): void {
    const newest = journal.collect();
    if (this.isAlive) this.confirm(journal, newest);
    else journal.confirmed(Number.POSITIVE_INFINITY);
    journal.settle();
    if (journal.open > 0) throw new Error(`${journal.open} files are still open`);
  }

  private confirm(journal: Journal, seq: number): void {
    this.confirmed = Math.max(0, seq);
    journal.confirmed(this.confirmed);
  }
}
