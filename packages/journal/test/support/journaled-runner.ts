import { type DatabaseWriter, type EngineOptions, openWriter } from "../../../engine/src/index.js";
import type { Runner } from "../../../engine/test/support/runner.js";
import { Journal, rollForward } from "../../src/index.js";
import { TestLog } from "./test-log.js";

export type MakeJournal = (...args: ConstructorParameters<typeof Journal>) => Journal;

export interface Behaviour {
  /** By how many entries confirmations lag behind, from one call to the next. */
  readonly lag: () => number;
  readonly makeJournal: MakeJournal;
  readonly rollForward: typeof rollForward;
  /** Called after each call that has added an entry. */
  readonly added?: (log: TestLog) => void;
}

const USUAL: Behaviour = {
  lag: () => 0,
  makeJournal: (...args) => new Journal(...args),
  rollForward,
};

/** Runs a database's writer as a cell does: each call becomes an entry of its log, which is confirmed some time later. */
export class JournaledRunner implements Runner {
  readonly log = new TestLog();
  private readonly behaviour: Behaviour;
  private confirmed = 0;
  private isAlive = true;
  /** How often the folder was brought to the log after a kill. */
  rolledForward = 0;

  constructor(behaviour: Partial<Behaviour> = {}) {
    this.behaviour = { ...USUAL, ...behaviour };
  }

  open(options: EngineOptions): DatabaseWriter {
    this.isAlive = true;
    const known = this.log.known();
    for (const operations of this.behaviour.rollForward(options.directory, known)) this.log.append(operations);
    this.rolledForward++;
    this.confirmed = this.log.length;
    const alive = { value: true };
    const append = (operations: Parameters<TestLog["append"]>[0]) =>
      this.isAlive && alive.value ? this.log.append(operations) : Number.POSITIVE_INFINITY;
    const journal = this.behaviour.makeJournal(options.directory, append, this.log.known());
    this.confirm(journal, this.confirmed);
    try {
      const writer = openWriter(options, journal);
      this.end(journal);
      return this.journaled(writer, journal, () => {
        alive.value = false;
      });
    } catch (error) {
      this.close(journal);
      throw error;
    }
  }

  /** What is not confirmed was never sent. */
  killed(): void {
    this.isAlive = false;
    this.log.truncate(this.confirmed);
  }

  private journaled(writer: DatabaseWriter, journal: Journal, ended: () => void): DatabaseWriter {
    return new Proxy(writer, {
      get: (target, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          try {
            return (value as (...args: unknown[]) => unknown).apply(target, args);
          } finally {
            if (name === "close") {
              this.close(journal);
              ended();
            } else this.end(journal);
          }
        };
      },
    });
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
