import type { CopyRequest, LineForm, ReadOperation } from "@heliosdb/engine";
import { type Cancellation, HeliosError, type StreamEnd, type StreamRequest } from "@heliosdb/port";
import {
  cancelled,
  cancelledWaiting,
  readTooSlowly,
  streamLost,
  timedOut,
  timedOutWaiting,
  tooManyHeavy,
  workerLost,
} from "../errors/errors.js";
import type { HostEvent } from "../process/events.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import type { SlotHandlers } from "../process/worker-slot.js";
import { FairQueue } from "../queue/fair-queue.js";
import { RequestSlots } from "../queue/request-slots.js";
import { HeavyMemory } from "./heavy-memory.js";
import { HeavyQueue } from "./heavy-queue.js";
import { ReadJob } from "./job.js";
import type { ReaderResponse, StreamResponse } from "./protocol.js";
import { ReaderSlot, type Sent } from "./reader-slot.js";
import type { Spool } from "./spool.js";
import { SpooledLines } from "./spooled-lines.js";

export interface ReaderPoolOptions {
  /** Readers in service. */
  readonly readers: number;
  /** Readers beside them, for what others can't wait for. */
  readonly standBy: number;
  /** Readers for heavy requests: all that a pool of streams has. Otherwise each is started when it is first needed. */
  readonly heavyReaders: number;
  readonly launch: WorkerLaunch;
  readonly launchHeavy: WorkerLaunch;
  readonly requestSlots: RequestSlots;
  /** Has the database's writer make a rewound copy. */
  readonly makeCopy: (database: string, request: CopyRequest) => Promise<void>;
  readonly event: (event: HostEvent) => void;
}

/** Requests in hand per reader: enough to keep it busy, few enough to move elsewhere. */
const DEPTH = 8;
/** A request that runs for longer is heavy: others don't wait behind it. */
const HEAVY_AFTER_MS = 50;
/** After so long it is remembered, and may be ended for others: no accident, as a cold cache or a process's first read. */
const SURELY_HEAVY_AFTER_MS = 200;
const WATCH_EVERY_MS = 10;
/** Heavy requests that wait, over all and of one database. More would wait for longer than they may take. */
export const MOST_HEAVY_WAITING = 128;
export const MOST_HEAVY_PER_DATABASE = 64;
/** A stream is between two rows most of the time: a process is worth waiting for that. */
const STOP_GRACE_MS = 250;
/** How long a stream may wait for its caller in all, once others wait for its reader. */
const MOST_FULL_MS = 10_000;
/**
 * Where one process ended by itself, others may have ended with it, as all of a machine that is short of memory. Until that
 * is known, nothing is given to them: what had run in none of them would pass for what ends processes.
 */
const OTHERS_END_MS = 50;
/** A copy can be cleared away before it is read; this many times is no accident. */
const MOST_COPIES = 5;

/** Runs reads in a pool of processes; DESIGN.md tells the rules. */
export class ReaderPool {
  readonly counters = {
    reads: 0,
    timeouts: 0,
    kills: 0,
    moved: 0,
    heavy: 0,
    /** Kinds of reads that were found to be heavy, and are begun as such from then on. */
    remembered: 0,
    preempted: 0,
    rerun: 0,
    streams: 0,
  };
  private readonly readers: readonly ReaderSlot[];
  private readonly ordinary: readonly ReaderSlot[];
  private readonly forHeavy: readonly ReaderSlot[];
  private readonly heavyMemory = new HeavyMemory();
  /** Taken from a reader before they ran: ahead of all others. */
  private readonly returned = new FairQueue<ReadJob>();
  private readonly waiting = new FairQueue<ReadJob>();
  private readonly waitingHeavy: HeavyQueue<ReadJob>;
  private watch: NodeJS.Timeout | null = null;

  constructor(private readonly options: ReaderPoolOptions) {
    const { readers, standBy, heavyReaders, launch, launchHeavy } = options;
    this.ordinary = Array.from({ length: readers + standBy }, () => this.newReader(launch, false));
    this.forHeavy = Array.from({ length: heavyReaders }, () => this.newReader(launchHeavy, true));
    this.readers = [...this.ordinary, ...this.forHeavy];
    this.waitingHeavy = new HeavyQueue(heavyReaders);
  }

  get queued(): number {
    return this.returned.size + this.waiting.size + this.waitingHeavy.size;
  }

  get restarts(): number {
    return this.readers.reduce((sum, { slot }) => sum + slot.restarts, 0);
  }

  /** Ordinary ones. */
  get ready(): number {
    return this.ordinary.filter(({ slot }) => slot.ready).length;
  }

  get problems(): string[] {
    return this.readers.flatMap(({ slot }) => slot.problem ?? []);
  }

  get pids(): number[] {
    return this.readers.flatMap(({ slot }) => slot.pid ?? []);
  }

  /** Resolves when the readers are ready, but not yet those that stand by; in a pool of streams, when all are. */
  async start(): Promise<void> {
    const { readers } = this.options;
    await Promise.all((readers > 0 ? this.ordinary.slice(0, readers) : this.forHeavy).map(({ slot }) => slot.start()));
  }

  startStandBy(): void {
    for (const { slot } of this.ordinary.slice(this.options.readers)) slot.startUnattended();
  }

  async stop(): Promise<void> {
    if (this.watch) clearInterval(this.watch);
    this.watch = null;
    for (const reader of this.readers)
      if (reader.head?.job?.settled) this.kill(reader, "no caller waits for its requests");
    await Promise.all(this.readers.map(({ slot }) => slot.stop()));
  }

  /** Runs one read. `opened` is what must be done before, within the same deadline. */
  read(
    database: string,
    operation: ReadOperation,
    deadlineMs: number,
    opened: Promise<void> | null,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    this.counters.reads++;
    return this.run(database, operation, deadlineMs, opened, this.options.requestSlots, cancellation);
  }

  /** The same for a read of the host's own, which takes nobody's place. */
  readOwn(database: string, operation: ReadOperation, deadlineMs: number): Promise<unknown> {
    return this.run(database, operation, deadlineMs, null, null);
  }

  private run(
    database: string,
    operation: ReadOperation,
    deadlineMs: number,
    opened: Promise<void> | null,
    requestSlots: RequestSlots | null,
    cancellation?: Cancellation,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      requestSlots?.take(database);
      const job: ReadJob = new ReadJob(database, operation, deadlineMs, {
        resolve,
        reject,
        done: () => {
          clearTimeout(timer);
          ended?.();
          requestSlots?.release(database);
        },
      });
      // An answer that has arrived but has not been read yet must not lose to the clock.
      const timer = setTimeout(() => setImmediate(() => this.expire(job)), deadlineMs);
      const ended = cancellation?.begin(() => setImmediate(() => this.cancel(job, cancellation)), false);
      if (opened === null) this.enqueue(job);
      else
        opened.then(
          () => this.enqueue(job),
          (error: HeliosError) => job.reject(error),
        );
    });
  }

  /**
   * Runs a query whose rows are handed on as they are read. It has a reader to itself, and is never taken off it, so
   * that streams have a pool of their own. `released` is called when
   * it is over, however that came about.
   */
  stream(
    database: string,
    request: StreamRequest,
    form: LineForm,
    deadlineMs: number,
    spool: Spool,
    signal: AbortSignal | undefined,
    released: () => void,
  ): Promise<SpooledLines> {
    const { requestSlots } = this.options;
    requestSlots.take(database);
    this.counters.reads++;
    this.counters.streams++;
    const stream = new SpooledLines(
      spool,
      { taken: (bytes) => this.taken(job, bytes), stop: (why) => this.giveUp(job, why) },
      released,
    );
    const { path, size } = spool;
    const job: ReadJob = new ReadJob(
      database,
      { stream: request, form, spool: { path, size } },
      deadlineMs,
      {
        resolve: (end) => stream.finish(end as StreamEnd),
        reject: (error) => stream.finish(error),
        done: () => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", giveUp);
          requestSlots.release(database);
        },
      },
      stream,
    );
    const timer = setTimeout(() => setImmediate(() => this.expire(job)), deadlineMs);
    const giveUp = () => stream.close(signal?.reason instanceof HeliosError ? signal.reason : undefined);
    signal?.addEventListener("abort", giveUp);
    if (signal?.aborted) giveUp();
    else this.enqueue(job);
    return stream.begun;
  }

  /** Has every reader close a database; reads of it that are under way are ended with `error`. */
  async closeDatabase(database: string, error: HeliosError): Promise<void> {
    for (const queue of [this.returned, this.waiting, this.waitingHeavy]) {
      for (const job of queue.of(database)) {
        queue.delete(job);
        job.reject(error);
      }
    }
    await Promise.all(
      this.readers.map((reader) => {
        for (const { job } of reader.sent) if (job?.database === database) job.reject(error);
        return reader.slot.ready ? new Promise<void>((closed) => reader.close(database, closed)) : null;
      }),
    );
  }

  private newReader(launch: WorkerLaunch, isForHeavy: boolean): ReaderSlot {
    const handlers: SlotHandlers<ReaderResponse> = {
      ready: () => {
        reader.seenAt = performance.now();
        this.dispatch();
      },
      frame: (answer) => this.answered(reader, answer),
      lost: (killed) => this.lost(reader, killed),
      event: this.options.event,
    };
    const reader: ReaderSlot = new ReaderSlot(launch, handlers, isForHeavy);
    return reader;
  }

  private enqueue(job: ReadJob): void {
    if (job.settled) return;
    // Most find a reader free, and need no queue.
    const isHeavy = this.isHeavy(job);
    const reader = isHeavy || this.returned.size + this.waiting.size > 0 ? null : this.lightest();
    if (reader) reader.run(job);
    else if (isHeavy) this.enqueueHeavy(job);
    else this.waiting.push(job);
    this.dispatch();
  }

  private dispatch(): void {
    while (this.returned.size + this.waiting.size > 0) {
      const reader = this.lightest();
      if (!reader) break;
      const job = (this.returned.shift() ?? this.waiting.shift())!;
      // One of the same shape may have shown meanwhile how long they take.
      if (this.isHeavy(job)) this.enqueueHeavy(job);
      else reader.run(job);
    }
    if (this.waitingHeavy.size > 0) this.dispatchHeavy();
    this.watch ??= setInterval(() => setImmediate(() => this.look()), WATCH_EVERY_MS);
  }

  private dispatchHeavy(): void {
    for (const reader of this.forHeavy) {
      if (!reader.slot.ready || reader.sent.length > 0) continue;
      const job = this.waitingHeavy.next(this.forHeavy.flatMap(({ running }) => running ?? []));
      if (!job) return;
      reader.heavy = true;
      this.counters.heavy++;
      reader.run(job);
    }
    let starting = this.forHeavy.filter(({ slot }) => slot.isStarted && !slot.ready).length;
    for (const { slot } of this.forHeavy) {
      if (slot.isStarted || starting >= this.waitingHeavy.size) continue;
      starting++;
      slot.startUnattended();
    }
  }

  private isHeavy(job: ReadJob): boolean {
    return job.stream !== null || this.heavyMemory.has(job.shape);
  }

  /** Refuses a heavy request where too many wait. Streams have slots of their own. */
  private enqueueHeavy(job: ReadJob): void {
    const { waitingHeavy } = this;
    if (job.stream !== null) waitingHeavy.push(job);
    else if (waitingHeavy.sizeOf(job.database) >= MOST_HEAVY_PER_DATABASE) {
      job.reject(tooManyHeavy(MOST_HEAVY_PER_DATABASE, "of this database"));
    } else if (waitingHeavy.size >= MOST_HEAVY_WAITING) {
      job.reject(tooManyHeavy(MOST_HEAVY_WAITING, "of all databases"));
    } else waitingHeavy.push(job);
  }

  /** The reader to give the next request to. */
  private lightest(): ReaderSlot | null {
    let candidates = 0;
    let best: ReaderSlot | null = null;
    for (const reader of this.ordinary) {
      if (!reader.light) continue;
      if (++candidates > this.options.readers) break;
      if (reader.sent.length < DEPTH && (best === null || reader.sent.length < best.sent.length)) best = reader;
    }
    return best;
  }

  private answered(reader: ReaderSlot, answer: ReaderResponse): void {
    if ("cancelled" in answer) reader.cancelled(answer.cancelled);
    else if ("begun" in answer || "part" in answer) streamed(reader, answer);
    else {
      const now = performance.now();
      const light = now - reader.headSince < HEAVY_AFTER_MS || reader.ranAtMost(now) < HEAVY_AFTER_MS;
      const { job, closed, moved } = reader.answered(answer.id);
      closed?.();
      if (job !== null && !job.settled) {
        if (moved) this.forget(job);
        if (light) this.heavyMemory.delete(job.shape);
        this.settle(job, answer);
      }
    }
    this.dispatch();
  }

  private settle(job: ReadJob, answer: Exclude<ReaderResponse, StreamResponse | { cancelled: unknown }>): void {
    if ("result" in answer) job.resolve(answer.result);
    else if ("copy" in answer) this.copy(job, answer.copy);
    else {
      if (answer.detail !== undefined) {
        this.options.event({ kind: "internal_error", worker: "reader", detail: answer.detail });
      }
      job.reject(HeliosError.fromWire(answer.error));
    }
  }

  private copy(job: ReadJob, request: CopyRequest): void {
    if (job.countCopy(request) > MOST_COPIES) {
      this.options.event({
        kind: "internal_error",
        worker: "reader",
        detail: `gave up after ${MOST_COPIES} copies`,
      });
      job.reject(workerLost());
      return;
    }
    this.options.makeCopy(job.database, request).then(
      () => this.enqueue(job),
      (error: HeliosError) => {
        // The reader's list of branches was older than the writer's: it looks again, and says what is true now.
        if (error.code === "BRANCH_NOT_FOUND") this.enqueue(job);
        else job.reject(error);
      },
    );
  }

  private expire(job: ReadJob): void {
    if (job.settled) return;
    this.counters.timeouts++;
    const started = this.stopJob(job, "a read exceeded its timeout");
    job.reject(started ? timedOut(job.deadlineMs) : timedOutWaiting(job.deadlineMs));
  }

  private cancel(job: ReadJob, cancellation: Cancellation): void {
    if (job.settled) return;
    const started = this.stopJob(job, "a read was cancelled");
    cancellation.hasStopped = true;
    job.reject(started ? cancelled() : cancelledWaiting());
  }

  /** Whether it had been started. A reader that has run it for long is killed; another one soon has the next. */
  private stopJob(job: ReadJob, reason: string): boolean {
    let started = job.hasCopies;
    for (const reader of this.readers) {
      const sent = reader.sent.find((one) => one.job === job);
      if (!sent) continue;
      if (sent !== reader.head) reader.cancel([sent]);
      else {
        started = true;
        if (job.stream) this.stopStream(reader, sent);
        else if (performance.now() - reader.headSince >= HEAVY_AFTER_MS) this.kill(reader, reason);
      }
    }
    this.forget(job);
    return started;
  }

  /** Nobody wants a stream's rows any more. */
  private giveUp(job: ReadJob, why: HeliosError): void {
    if (job.settled) return;
    this.forget(job);
    job.reject(why);
    for (const reader of this.readers) {
      const sent = reader.sent.find((one) => one.job === job);
      if (sent) this.stopStream(reader, sent);
    }
  }

  /** Has a reader stop a stream; one that doesn't is killed (`look`). */
  private stopStream(reader: ReaderSlot, { id, job }: Sent): void {
    job!.graceUntil = performance.now() + STOP_GRACE_MS;
    reader.tell({ stop: id });
  }

  /** A caller may read slowly as long as nobody waits for the reader. */
  private hurry(reader: ReaderSlot, sent: Sent, stream: SpooledLines): void {
    if (sent.job!.settled || stream.fullMs < MOST_FULL_MS) return;
    sent.job!.reject(readTooSlowly());
    this.stopStream(reader, sent);
  }

  private taken(job: ReadJob, bytes: number): void {
    if (job.settled) return;
    const reader = this.readers.find(({ head }) => head?.job === job);
    if (reader) reader.tell({ taken: reader.head!.id, bytes });
  }

  /** Takes a job out of the queue that it stands in, if any. */
  private forget(job: ReadJob): boolean {
    return this.returned.delete(job) || this.waiting.delete(job) || this.waitingHeavy.delete(job);
  }

  /** Finds the requests that have run for long. */
  private look(): void {
    const now = performance.now();
    let busy = this.queued > 0;
    for (const reader of this.readers) {
      const { head } = reader;
      if (!head) continue;
      busy = true;
      // Asking the system costs more than looking at the clock.
      if (head.job === null || !reader.slot.ready || now - reader.headSince < WATCH_EVERY_MS) continue;
      const ran = reader.ran(now);
      if (ran < HEAVY_AFTER_MS) continue;
      // Moved away, yet begun here before that was known: the other place may not have begun.
      if (head.moved && this.forget(head.job)) head.moved = false;
      if (head.job.stream && this.waitingHeavy.size > 0) this.hurry(reader, head, head.job.stream);
      if (head.job.settled && now < head.job.graceUntil) continue;
      if (head.job.settled || head.moved) this.kill(reader, "no caller waits for its requests");
      else {
        if (ran >= SURELY_HEAVY_AFTER_MS && this.heavyMemory.add(head.job.shape)) this.counters.remembered++;
        this.turnHeavy(reader);
      }
    }
    this.freeOneReader(now);
    this.endSlice(now);
    if (!busy && this.watch) {
      clearInterval(this.watch);
      this.watch = null;
    }
  }

  private kill(reader: ReaderSlot, reason: string): void {
    if (reader.slot.kill(reason)) this.counters.kills++;
  }

  private turnHeavy(reader: ReaderSlot): void {
    if (!reader.heavy) {
      reader.heavy = true;
      this.counters.heavy++;
    }
    const behind = reader.sent.slice(1).filter((sent) => sent.job !== null && !sent.moved && !sent.job.settled);
    if (behind.length === 0) return;
    for (const sent of behind) {
      sent.moved = true;
      this.counters.moved++;
      this.returned.push(sent.job!);
    }
    reader.cancel(behind);
    this.dispatch();
  }

  /** Where every reader is heavy and others wait, the newest heavy request goes back to wait for its turn. */
  private freeOneReader(now: number): void {
    if (this.returned.size + this.waiting.size === 0) return;
    const living = this.ordinary.filter(({ slot }) => slot.ready);
    if (living.length < 2 || !living.every(({ heavy }) => heavy)) return;
    const newest = living.reduce((one, other) => (other.headSince > one.headSince ? other : one));
    const { head } = newest;
    if (!head?.job || newest.ran(now) < SURELY_HEAVY_AFTER_MS) return;
    this.counters.preempted++;
    head.moved = true;
    this.waitingHeavy.push(head.job);
    newest.slot.kill("other reads wait behind a long one");
  }

  /** Stops a heavy request whose slice is over for one that waits. */
  private endSlice(now: number): void {
    if (this.waitingHeavy.size === 0) return;
    const running = this.forHeavy.flatMap((reader) => {
      const { running: read } = reader;
      return read === null || read.stream ? [] : { reader, read, ran: reader.ran(now) };
    });
    const stopped = this.waitingHeavy.toStop(running);
    const one = running.find(({ read }) => read === stopped);
    if (!one) return;
    this.counters.preempted++;
    one.reader.head!.moved = true;
    one.read.slices++;
    this.waitingHeavy.push(one.read);
    one.reader.slot.kill("its time slice is over, and other long reads wait");
  }

  private lost(reader: ReaderSlot, killed: boolean): void {
    const [head, ...rest] = reader.takeAll();
    const back = (sent: Sent | undefined) => {
      sent?.closed?.();
      if (!sent?.job || sent.moved || sent.job.settled) return;
      this.counters.rerun++;
      (reader.isForHeavy ? this.waitingHeavy : this.returned).push(sent.job);
    };
    if (head?.job?.stream?.isBegun) head.job.reject(streamLost());
    else if (head?.job && !head.moved && !killed && head.job.lost(reader.seenAt, performance.now())) {
      head.job.reject(workerLost());
    } else back(head);
    rest.forEach(back);
    if (killed) this.dispatch();
    else setTimeout(() => this.dispatch(), OTHERS_END_MS);
  }
}

/** Messages of a running stream. */
function streamed(reader: ReaderSlot, answer: StreamResponse): void {
  const { head } = reader;
  if (head?.id !== answer.id) throw new Error(`a reader answered request ${answer.id}, not ${head?.id}`);
  if (!head.job || head.job.settled) return;
  const stream = head.job.stream!;
  if ("begun" in answer) stream.start(answer.begun);
  else stream.add(answer.part);
}
