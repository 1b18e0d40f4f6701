import { setTimeout as wait } from "node:timers/promises";
import {
  type CloneJob,
  type ControlOperation,
  type CopyRequest,
  type MaintenanceReport,
  type WriteOperation,
} from "@heliosdb/engine";
import {
  type BranchInfo,
  type Cancellation,
  type CommitInfo,
  type ExportRequest,
  HeliosError,
  type ImportRequest,
} from "@heliosdb/port";
import type { CloneHelper } from "../clones/helper.js";
import {
  cancelled,
  cancelledWaiting,
  notConfirmed,
  outcomeUnknown,
  shuttingDown,
  timedOut,
  timedOutWaiting,
  workerLost,
} from "../errors/errors.js";
import type { RequestSlots } from "../queue/request-slots.js";
import { BranchIds } from "./branch-ids.js";
import { CloneRuns } from "./clone-runs.js";
import { CANCEL_GRACE_MS, type Command, WriterLost } from "./command.js";
import { Confirmations } from "./confirmations.js";
import type { DedicatedSlots } from "./dedicated-slots.js";
import { exportFile, importFile } from "./file-commands.js";
import { findOutcome } from "./in-doubt-outcome.js";
import type { Maintenance } from "./maintenance.js";
import { COMMAND_ATTEMPTS, COMMAND_LIMIT_MS, OwnCommands } from "./own-commands.js";
import type { WriterResponse } from "./protocol.js";
import { isWrite, WriteTask } from "./task.js";
import { TaskQueue } from "./task-queue.js";
import { toHeliosError } from "./to-helios-error.js";
import { type TransactionCommand, TransactionCommands } from "./transaction-commands.js";
import { sizeClass, type WriteCounters } from "./write-counters.js";
import type { CommandSource, WriterSlot } from "./writer-slot.js";

export interface DatabaseWritesOptions {
  readonly name: string;
  readonly writerSlot: WriterSlot;
  readonly dedicated: DedicatedSlots;
  /** Makes the clones that a request waits for. */
  readonly helper: CloneHelper;
  /** Makes downloads and snapshot files, which take longer and must not delay others. */
  readonly transferHelper: CloneHelper;
  readonly requestSlots: RequestSlots;
  readonly counters: WriteCounters;
  readonly idleMs: number;
  readonly maintenance: Maintenance;
  /** Whether what the writer does is safe only when it says so. */
  readonly hasLog: boolean;
  readonly getBranch: (branch: string) => Promise<BranchInfo>;
  /** Called after each request that may have changed something, with the branches that it named. */
  readonly changed: (branches: readonly string[]) => void;
}

/** Time between attempts to open a database after its process has ended. */
const REOPEN_MS = 1000;

/** All work of one database's writer: its queue, its groups, its clones. */
export class DatabaseWrites implements CommandSource {
  private readonly queue = new TaskQueue();
  private readonly own: OwnCommands;
  private readonly inTransactions: TransactionCommands;
  private readonly clones: CloneRuns;
  private writerSlot: WriterSlot;
  private readonly confirmations: Confirmations | null;
  /** It changes its process: only this is sent. */
  private leaving: Command | null = null;
  private moving: Promise<void> = Promise.resolve();
  private readonly copies = new Map<string, Promise<void>>();
  /** Branches, as requests name them, that are known to have files. */
  private readonly written = new Set<string>();
  private opening: Promise<void> | null = null;
  private isOpened = false;
  /** The process's current command. */
  private running: readonly WriteTask[] = [];
  private dropped: HeliosError | null = null;
  /** The database's transactions, once it has any. */
  transactions: { readonly size: number; readonly isWriting: boolean; processLost(): void } | null = null;
  /** Only closing commands reach the process: anything else would open the database again. */
  private isGone = false;
  /** No commands are given to the process. */
  private isStill = false;
  /** No writes are given to the process, since they are to run in another one. */
  private isMakingWay = false;
  /** Another process could not be had. */
  private staysHere = false;
  private idle: NodeJS.Timeout | undefined;
  private lastWrite = 0;
  private lastMaintained = 0;
  private isReopening = false;
  private expiryAt = Number.POSITIVE_INFINITY;

  constructor(private readonly options: DatabaseWritesOptions) {
    const wake = () => this.wake();
    this.confirmations = options.hasLog ? new Confirmations(wake) : null;
    this.own = new OwnCommands({
      name: options.name,
      hasLog: options.hasLog,
      dropped: () => this.dropped,
      isGone: () => this.isGone,
      clone: (job, complete) => this.clone(job, complete),
      wake,
    });
    const ids = new BranchIds((branch) => this.idOf(branch), wake);
    const helperFor = ({ purpose }: CloneJob) =>
      purpose === "export" || purpose === "snapshot" ? options.transferHelper : options.helper;
    this.clones = new CloneRuns(helperFor, ids, (command) => this.own.ask(command), wake);
    this.inTransactions = new TransactionCommands(options.name, wake, () => this.kill("a statement was cancelled"));
    this.writerSlot = options.writerSlot;
    this.writerSlot.add(this);
  }

  get queued(): number {
    return this.queue.size;
  }

  /** When the process last had work here that may have changed the database; 0 for never. */
  get changedAt(): number {
    return Math.max(this.lastWrite, this.lastMaintained);
  }

  /**
   * Opens the database for the first time, which creates it if it is missing and repairs what a crash left. Null once
   * that is done.
   */
  open(): Promise<void> | null {
    if (this.dropped) return Promise.reject(this.dropped);
    if (this.isOpened) return null;
    this.opening ??= this.own
      .insist({ do: "open" })
      .then(
        () => {
          this.isOpened = true;
        },
        (error) => {
          throw this.dropped ?? toHeliosError(error);
        },
      )
      .finally(() => {
        this.opening = null;
      });
    return this.opening;
  }

  submit(
    operation: WriteOperation | ControlOperation,
    deadlineMs: number,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    const { requestSlots, counters, name } = this.options;
    if (this.dropped) return Promise.reject(this.dropped);
    if (cancellation?.isCancelled) return Promise.reject(cancelledWaiting());
    return new Promise((resolve, reject) => {
      requestSlots.take(name);
      counters.operations++;
      const done = () => {
        clearTimeout(timer);
        ended?.();
        requestSlots.release(name);
        this.watchIdle();
        // However the request ended: its result does not always say whether something changed.
        if (operation.op !== "changesHead") this.options.changed(task.branches);
      };
      const task: WriteTask = new WriteTask(operation, deadlineMs, {
        resolve,
        reject: (error) => {
          if (cancellation && error.code === "QUERY_CANCELLED") cancellation.hasStopped = true;
          reject(error);
        },
        done,
      });
      // A result that has arrived but has not been read yet must not lose against the clock.
      const timer = setTimeout(() => setImmediate(() => this.expire(task)), deadlineMs);
      const ended = cancellation?.begin(() => setImmediate(() => this.cancel(task)));
      this.queue.push(task);
      this.wake();
    });
  }

  /** Gives up a transaction that still waits for its branch; its operation rejects with `error`. False if none waits. */
  withdraw(transaction: string, error: HeliosError): boolean {
    const task = this.queue.find(({ operation }) => {
      return operation.op === "openTransaction" && operation.request.id === transaction;
    });
    return task !== undefined && this.giveUp(task, error);
  }

  /** Makes the rewound copy that a reader needs; several requests for the same copy share one. */
  makeCopy(request: CopyRequest): Promise<void> {
    const key = `${request.file}@${request.scn}`;
    let copy = this.copies.get(key);
    if (!copy) {
      copy = this.copy(request).finally(() => this.copies.delete(key));
      this.copies.set(key, copy);
    }
    return copy;
  }

  /** Ends all running work with `error`, and closes the database for good. Its log stays if it is only closed. */
  async drop(how: "drop" | "close", error: HeliosError): Promise<void> {
    this.dropped = error;
    for (const task of this.queue.takeAll()) task.reject(error);
    await this.clones.cancel();
    this.isGone = true;
    this.own.lose();
    this.inTransactions.processLost();
    await this.own.insist({ do: how });
    this.confirmations?.end(error);
    // The command that was in hand may have begun one.
    await this.clones.cancel();
    clearTimeout(this.idle);
    this.options.dedicated.leave(this);
    this.writerSlot.delete(this);
  }

  /**
   * Calls `action` between two commits; new requests wait meanwhile. The database is opened first, which brings it up
   * to date.
   */
  async whileStill<T>(action: () => Promise<T>): Promise<T> {
    await this.open();
    await this.becomeStill();
    try {
      return await action();
    } finally {
      this.isStill = false;
      this.wake();
    }
  }

  next(): Command | null {
    const command = this.choose();
    return command && this.confirmations ? this.confirmations.follow(command) : command;
  }

  private choose(): Command | null {
    const { leaving } = this;
    this.leaving = null;
    if (leaving || this.isStill) return leaving;
    const own = this.own.take(this.clones.copying);
    if (own) return own;
    if (this.isMakingWay || this.confirmations?.isStuck) return null;
    // Nothing runs in a transaction whose file may be being copied.
    const inTransaction = this.clones.copying ? null : this.inTransactions;
    if (inTransaction?.isTurn || this.queue.size === 0) return inTransaction?.take() ?? null;
    const tasks = this.queue.take(({ operation, branches, held }) => {
      const writtenFile = isWrite(operation) && this.written.has(branches[0]!);
      return held || this.clones.blocks(branches, writtenFile);
    });
    if (tasks.length === 0) return inTransaction?.take() ?? null;
    this.inTransactions.passedOver();
    return this.commandFor(tasks);
  }

  processLost(): void {
    this.clones.abandon();
    const { leaving } = this;
    this.leaving = null;
    leaving?.lost(true);
    this.own.lose();
    this.inTransactions.processLost();
    this.transactions?.processLost();
    this.confirmations?.lost();
    void this.reopen();
    this.release();
  }

  /** What the process has left becomes safe when the next one opens the database. */
  private async reopen(): Promise<void> {
    if (this.isReopening) return;
    this.isReopening = true;
    while (this.confirmations?.needsOpening && !this.isGone) {
      await this.own.insist({ do: "open" }).catch((error) => {
        this.confirmations!.refuse(toHeliosError(error));
        return wait(REOPEN_MS, undefined, { ref: false });
      });
    }
    this.isReopening = false;
  }

  /** Everything up to a call of the writer process in that slot is safe. */
  confirmed(slot: WriterSlot, call: number): void {
    if (slot === this.writerSlot) this.confirmations?.confirm(call);
  }

  /**
   * Null if an answer that was just read from the database may be told, otherwise resolves when it may.
   * @param scn the newest commit that the answer shows, if it shows nothing else
   */
  hold(scn?: number): Promise<void> | null {
    return this.confirmations?.hold(scn) ?? null;
  }

  /** Answers that are held until the log has what they may show. */
  get heldAnswers(): number {
    return this.confirmations?.held ?? 0;
  }

  /** For how long the oldest change has been waiting for the store, in ms. */
  get waitingMs(): number {
    return this.confirmations?.waitingMs ?? 0;
  }

  /** The processes have ended for good. */
  end(): void {
    this.confirmations?.end(shuttingDown());
  }

  get isWaiting(): boolean {
    return this.own.isWaiting || this.queue.size + this.inTransactions.size > 0;
  }

  get hasOpen(): boolean {
    return this.clones.size > 0 || (this.transactions?.isWriting ?? false);
  }

  /** Its writes are run again in a process of its own: their request ids make sure that nothing is done twice. */
  makeWay(): void {
    if (this.isMakingWay || this.staysHere || this.dropped || this.running.length === 0) return;
    if (!this.writerSlot.kill("other databases wait behind a long write")) return;
    this.isMakingWay = true;
    void this.dedicate().finally(() => {
      this.isMakingWay = false;
      this.staysHere = this.writerSlot === this.options.writerSlot;
      this.wake();
    });
  }

  /**
   * Goes to a process of its own before its first transaction, if it shares one with other databases. Where that is not
   * possible, it stays where it is.
   */
  async dedicate(): Promise<void> {
    const { dedicated } = this.options;
    await this.inTurn(async () => {
      if (this.writerSlot !== this.options.writerSlot || this.writerSlot.size === 1) return;
      const slot = await dedicated.take(this).catch(() => null);
      if (slot && !(await this.moveTo(slot))) dedicated.leave(this);
    });
  }

  /** Goes back when it has had no transaction for a while. */
  private async undedicate(): Promise<void> {
    await this.inTurn(async () => {
      if (this.writerSlot === this.options.writerSlot) return;
      if (await this.moveTo(this.options.writerSlot)) this.options.dedicated.leave(this);
    });
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.moving = this.moving.then(work).catch(() => {});
    return this.moving;
  }

  /** False if the old process has something open for it. Its database is closed there before the next process opens it. */
  private async moveTo(slot: WriterSlot): Promise<boolean> {
    await this.becomeStill();
    try {
      // What is open is in the memory of the process.
      if (this.clones.size > 0 || this.transactions?.isWriting || this.dropped) return false;
      await this.closeThere();
      this.writerSlot.delete(this);
      this.writerSlot = slot;
      slot.add(this);
      return true;
    } finally {
      this.isStill = false;
      this.wake();
    }
  }

  /** If the process ends meanwhile, the database is closed as well. */
  private closeThere(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => resolve();
      const { name } = this.options;
      const body = `"database":${JSON.stringify(name)},"do":"close"}`;
      this.leaving = {
        database: name,
        body,
        limitMs: COMMAND_LIMIT_MS,
        isPlain: true,
        clones: false,
        received: done,
        lost: done,
      };
      this.wake();
    });
  }

  /**
   * Runs one command of a transaction. Rejects with HeliosError, or with WriterLost if the transaction is gone with its
   * process. If it is still waiting at its deadline, it is not run.
   */
  async transaction(command: TransactionCommand, deadlineMs: number, cancellation?: Cancellation): Promise<unknown> {
    if (this.dropped) throw this.dropped;
    const { requestSlots, name } = this.options;
    // All that wait may wait for the end of this transaction.
    if (command.do === "endTransaction") requestSlots.add(name);
    else requestSlots.take(name);
    try {
      return await this.inTransactions.run(command, deadlineMs, cancellation);
    } finally {
      requestSlots.release(name);
      this.watchIdle();
    }
  }

  /** The commit of a transaction that nobody knows any more, or null if it was not committed or is too long ago. */
  async committed(branch: string, id: string): Promise<CommitInfo | null> {
    await this.open();
    const operation = { op: "openTransaction", request: { branch, id, requestId: id } } as const;
    return (await findOutcome(operation, (command) => this.own.insist(command))) as CommitInfo | null;
  }

  /** A transaction has ended: what waited for it is tried again. `changed`: the branch that it may have changed. */
  transactionEnded(changed: string): void {
    this.lastWrite = Date.now();
    this.options.changed([changed]);
    this.release();
  }

  private release(): void {
    this.queue.release();
    this.own.release();
    this.wake();
  }

  private wake(): void {
    this.writerSlot.wake(this);
  }

  private commandFor(tasks: WriteTask[]): Command {
    const { counters, name } = this.options;
    const [first] = tasks;
    const what = first!.operation;
    const rest = isWrite(what)
      ? `"do":"write","operations":[${tasks.map(({ body }) => body).join()}]`
      : `"do":"control","operation":${first!.body}`;
    counters.groups++;
    counters.grouped += tasks.length;
    counters.largestGroup = Math.max(counters.largestGroup, tasks.length);
    counters.groupSizes[sizeClass(tasks.length)]!++;
    this.running = tasks;
    this.lastWrite = Date.now();
    return {
      database: name,
      body: `"database":${JSON.stringify(name)},${rest}}`,
      limitMs: null,
      isPlain: isWrite(what),
      commits: isWrite(what),
      clones: true,
      received: (response, safe) => {
        this.running = [];
        this.received(tasks, response, safe);
      },
      lost: (killed) => {
        this.running = [];
        this.lost(tasks, killed);
      },
    };
  }

  private received(tasks: WriteTask[], response: WriterResponse, safe?: Promise<void> | null): void {
    if ("clone" in response) {
      const branches = tasks[0]!.branches;
      this.putBack(tasks);
      this.options.counters.clones++;
      this.clones.run(response.clone, branches).catch((error) => this.cloneFailed(tasks, error));
    } else if ("outcomes" in response) {
      this.isOpened = true;
      this.written.add(tasks[0]!.branches[0]!);
      this.putBack(tasks.filter((_, index) => response.outcomes[index] === null));
      this.tell(
        tasks.filter((_, index) => response.outcomes[index] !== null),
        safe,
        () => {
          for (const [index, outcome] of response.outcomes.entries()) {
            if (outcome === null) continue;
            if (outcome.ok) tasks[index]!.resolve(outcome.result);
            else tasks[index]!.reject(HeliosError.fromWire(outcome.error));
          }
        },
      );
    } else if ("busy" in response) {
      for (const task of tasks) task.held = true;
      this.putBack(tasks);
    } else if ("result" in response) {
      this.isOpened = true;
      // A name may belong to another branch from now on.
      this.written.clear();
      this.tell(tasks, safe, () => tasks[0]!.resolve(response.result));
    } else if (tasks.length === 1) {
      this.tell(tasks, safe, () => tasks[0]!.reject(HeliosError.fromWire(response.error)));
    } else {
      // One of them made the whole group fail; alone, each gets its own result.
      for (const task of tasks) task.alone = true;
      this.putBack(tasks);
    }
  }

  /** Answers callers when what they are told is safe. */
  private tell(tasks: readonly WriteTask[], safe: Promise<void> | null | undefined, answer: () => void): void {
    if (!safe) {
      answer();
      return;
    }
    for (const task of tasks) {
      task.isAnswered = true;
      // Its time was up while it ran.
      if (task.stopped?.code === "QUERY_TIMEOUT") task.reject(notConfirmed());
    }
    safe.then(answer, () => {
      for (const task of tasks) task.reject(this.dropped ?? notConfirmed());
    });
  }

  /** Puts operations without effect back into the queue, except those whose time is up. */
  private putBack(tasks: readonly WriteTask[]): void {
    const left = tasks.filter((task) => {
      if (this.dropped) task.reject(this.dropped);
      else if (task.stopped) this.rejectStopped(task, task.stopped);
      return !task.settled;
    });
    this.queue.putBack(left);
    this.wake();
  }

  private cloneFailed(tasks: readonly WriteTask[], error: unknown): void {
    if (error instanceof WriterLost) return;
    for (const task of tasks) {
      if (error instanceof HeliosError) this.giveUp(task, error);
      else if (++task.deaths >= 2) this.giveUp(task, workerLost());
    }
  }

  private giveUp(task: WriteTask, error: HeliosError): boolean {
    const isWaiting = this.queue.remove(task);
    if (isWaiting) task.reject(error);
    return isWaiting;
  }

  private expire(task: WriteTask): void {
    if (task.settled || (task.stopped && !task.isAnswered)) return;
    if (task.isAnswered) {
      this.options.counters.timeouts++;
      task.reject(notConfirmed());
    } else if (this.queue.remove(task)) this.rejectStopped(task, timedOutWaiting(task.deadlineMs));
    else {
      task.stopped = timedOut(task.deadlineMs);
      if (this.running.includes(task)) this.kill("a write exceeded its timeout");
    }
  }

  private cancel(task: WriteTask): void {
    if (task.settled || task.stopped || task.isAnswered) return;
    if (this.queue.remove(task)) {
      this.rejectStopped(task, cancelledWaiting());
      return;
    }
    task.stopped = cancelled();
    // Most are over before a process could be replaced.
    setTimeout(() => {
      if (this.running.includes(task)) this.kill("a write was cancelled");
    }, CANCEL_GRACE_MS);
  }

  private kill(reason: string): void {
    if (this.writerSlot.kill(reason)) this.options.counters.kills++;
  }

  private rejectStopped(task: WriteTask, error: HeliosError): void {
    if (error.code === "QUERY_TIMEOUT") this.options.counters.timeouts++;
    task.stopped = error;
    task.reject(error);
  }

  private lost(tasks: readonly WriteTask[], killed: boolean): void {
    const again: WriteTask[] = [];
    for (const task of tasks) {
      task.alone = true;
      if (!killed) task.deaths++;
      // Running it again does nothing twice: its request id is recorded with its effect.
      if (task.stopped === null && task.deaths < 2) again.push(task);
      else void this.settleByOutcome(task);
    }
    this.options.counters.rerun += again.length;
    this.putBack(again);
  }

  private async settleByOutcome(task: WriteTask): Promise<void> {
    try {
      const result = await findOutcome(task.operation, (command) => this.own.insist(command));
      if (result !== null) task.resolve(result);
      else if (task.stopped) this.rejectStopped(task, task.stopped);
      else if (task.deaths >= 2) task.reject(workerLost());
      else this.putBack([task]);
    } catch (error) {
      task.reject(error instanceof HeliosError ? error : outcomeUnknown());
    }
  }

  private async copy(request: CopyRequest): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.own.ask({ do: "prepareCopy", request });
        return;
      } catch (error) {
        if (error instanceof HeliosError || attempt === COMMAND_ATTEMPTS) throw toHeliosError(error);
      }
    }
  }

  /** Exports a state as a plain file. The caller removes it. */
  async exportFile(request: ExportRequest): Promise<{ readonly path: string; readonly scn: number }> {
    await this.open();
    return exportFile(this.own, request);
  }

  /** Makes a branch from a file, which is moved. */
  async importFile(request: ImportRequest, path: string): Promise<BranchInfo> {
    await this.open();
    return importFile(this.own, this.options.transferHelper, request, path).finally(() =>
      this.options.changed([request.name]),
    );
  }

  /** Maintains the database until nothing is left to do for now. */
  async maintain(): Promise<void> {
    const { maintenance } = this.options;
    if (!this.isOpened || !maintenance.isDue(this.lastWrite, this.lastMaintained, this.expiryAt)) return;
    for (;;) {
      if (this.dropped) return;
      // Later writes may come after the turn; the next round handles them.
      const began = Date.now();
      // If a snapshot had to get a file, the result is that clone's, and the turn is not over.
      const turn = this.own.ask({ do: "maintain", budgetMs: maintenance.budgetMs }) as Promise<
        MaintenanceReport | CloneJob
      >;
      const done = await turn.catch((error) => {
        if (this.dropped) return null;
        throw error;
      });
      if (done === null) return;
      // A turn that ended with a clone does not report its earlier steps.
      if (!("more" in done) || done.expired > 0) this.options.changed([]);
      if ("more" in done && !done.more) {
        this.expiryAt = done.nextExpiryMs === null ? Number.POSITIVE_INFINITY : Date.now() + done.nextExpiryMs;
        this.lastMaintained = began;
        return;
      }
      await maintenance.pause();
    }
  }

  private async clone(job: CloneJob, complete?: () => Promise<void>): Promise<CloneJob> {
    this.options.counters.clones++;
    await this.clones.run(job, [], complete);
    return job;
  }

  /** Waits for the current command, and holds back the next one as soon as it has a result. */
  private async becomeStill(): Promise<void> {
    await this.own.insist({ do: "open" }, () => {
      this.isStill = true;
    });
  }

  private async idOf(branch: string): Promise<string | null> {
    try {
      return (await this.options.getBranch(branch)).id;
    } catch (error) {
      if (error instanceof HeliosError && error.code === "BRANCH_NOT_FOUND") return null;
      throw error;
    }
  }

  /** Closes the database when nobody has written to it for a while. */
  private watchIdle(): void {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => {
      const left = this.running.length + this.queue.size + this.own.size;
      if (this.dropped || left + this.clones.size > 0 || this.transactions?.size) return;
      if (this.writerSlot !== this.options.writerSlot) void this.undedicate();
      else this.own.ask({ do: "close" }).catch(() => {});
    }, this.options.idleMs);
    this.idle.unref();
  }
}
