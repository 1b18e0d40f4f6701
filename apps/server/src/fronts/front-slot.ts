import type { ChildProcess } from "node:child_process";
import type { Logger } from "pino";
import type { OutsideLaneHost, OutsideLaneLink } from "../database-host/outside-lane.js";
import {
  type CertificateText,
  type FromFront,
  type FrontCounts,
  type FrontSettings,
  type ToFront,
} from "../front/protocol.js";
import type { Desk } from "./desk.js";
import { startFrontProcess } from "./front-process.js";
import type { Handle } from "./listening-socket.js";

/** A front that does not confirm in this time is killed. */
const CONFIRM_MS = 1000;
/** The same at the end, when it has requests in hand that would be lost. */
const DRAIN_MS = 10_000;
/** A front that has not told its counts by then is not waited for. */
const COUNT_MS = 500;
/** Node accepts one connection in each turn of the event loop from each handle that it has of a socket. */
export const ACCEPTORS = 8;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface SlotParts {
  readonly handles: readonly Handle[];
  readonly desk: Desk;
  readonly log: Logger;
  /** Of a front that starts now. */
  settings(lane: unknown): FrontSettings;
  attach(link: OutsideLaneLink): OutsideLaneHost;
}

/** A slot with one front: when that ends, another is started. */
export class FrontSlot implements OutsideLaneLink {
  restarts = 0;
  /** CPU seconds of all fronts of this slot. */
  cpuSeconds = 0;
  latest: FrontCounts | null = null;
  private child: ChildProcess | null = null;
  private exited: Promise<void> = Promise.resolve();
  private isReady = false;
  /** Whether it can know anything. */
  private hasAsked = false;
  private isEnding = false;
  private failures = 0;
  private pause: NodeJS.Timeout | undefined;
  private readonly lane: OutsideLaneHost;
  /** Who waits for the front's word, by what it says. */
  private readonly awaited = new Map<string, () => void>();
  private counted: (() => void)[] = [];
  private closes = 0;

  constructor(
    private readonly number: number,
    private readonly parts: SlotParts,
  ) {
    this.lane = parts.attach(this);
  }

  get ready(): boolean {
    return this.isReady;
  }

  /** Makes a process the first front. Rejects if it can't listen. */
  start(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => this.run(child, resolve, reject));
  }

  /** Resolves once this front remembers nothing of an older generation, or has ended. */
  forget(generation: number): Promise<void> {
    // One that has learned nothing yet gets the message before it can.
    return this.confirmed({ forget: generation }, `forgot ${generation}`, this.hasAsked);
  }

  grown(database: string | null, files: readonly string[]): void {
    this.send({ grown: { database, files } });
  }

  closeDatabase(database: string): Promise<void> {
    const id = ++this.closes;
    return this.confirmed({ close: database, id }, `closed ${id}`, this.hasAsked);
  }

  /** Resolves once new connections get this certificate, or the front has ended. */
  useCertificate(certificate: CertificateText): Promise<void> {
    return this.confirmed({ certificate }, "hasCertificate", this.isReady);
  }

  /** Resolves when the front's counts are those of now, or soon if it does not tell them. */
  count(): Promise<void> {
    if (!this.isReady) return Promise.resolve();
    this.send({ count: true });
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, COUNT_MS);
      this.counted.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Lets the front finish what it has in hand; resolves when it has ended. */
  async end(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.pause);
    if (this.isReady) await this.confirmed({ drain: true }, "draining", true, DRAIN_MS);
    else this.child?.kill("SIGKILL");
    await this.exited;
    this.lane.detach();
  }

  private run(child: ChildProcess, started: () => void, failed: (error: Error) => void): void {
    const { parts } = this;
    this.child = child;
    this.hasAsked = false;
    let problem: Error | null = null;
    child.on("message", (raw) => {
      const message = raw as FromFront;
      if (this.child !== child) {
        // A front's last counts may come after its exit.
        if ("counts" in message) parts.desk.count(message.counts, this.lane);
      } else if ("ready" in message) {
        this.isReady = true;
        this.failures = 0;
        started();
      } else if ("cannotListen" in message) {
        problem = Object.assign(new Error(message.cannotListen), { code: message.code });
        child.kill("SIGKILL");
      } else {
        this.take(message, child);
      }
    });
    child.on("error", (error) => {
      problem = error;
    });
    this.exited = new Promise((resolve) => {
      const gone = (reason: string) => {
        if (this.child !== child) return;
        failed(problem ?? new Error(`A front ended at its start: ${reason}`));
        this.gone(reason);
        resolve();
      };
      child.once("exit", (code, signal) => gone(signal ?? `exit code ${code}`));
      child.once("error", (error) => child.pid === undefined && gone(error.message));
      // It may have ended before anybody listened.
      const { exitCode, signalCode, pid } = child;
      if (exitCode !== null || signalCode !== null || pid === undefined) setImmediate(gone, "it ended early");
    });
    this.send({ start: parts.settings(this.lane.settings) });
    for (let listen = 0; listen < parts.handles.length * ACCEPTORS; listen++) {
      this.send({ listen }, parts.handles[listen % parts.handles.length]);
    }
  }

  private gone(reason: string): void {
    const wasReady = this.isReady;
    this.cpuSeconds += this.latest?.cpuSeconds ?? 0;
    this.latest = null;
    this.child = null;
    this.isReady = false;
    for (const settle of this.awaited.values()) settle();
    this.awaited.clear();
    for (const settle of this.counted.splice(0)) settle();
    if (this.isEnding) return;
    this.parts.log.warn({ front: this.number, reason }, "a front ended");
    // The rejection of start() tells whoever started the server.
    if (!wasReady && this.restarts === 0 && this.failures === 0) return;
    this.restarts++;
    const ignored = () => {};
    const again = () => this.run(startFrontProcess(), ignored, ignored);
    if (wasReady) again();
    else this.pause = setTimeout(again, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++));
  }

  private take(message: FromFront, child: ChildProcess): void {
    const { desk } = this.parts;
    if ("ask" in message) {
      this.hasAsked = true;
      const reply = (answer: ToFront) => child === this.child && this.send(answer);
      desk.answer(message.question, this.lane).then(
        (value) => reply({ answer: message.ask, value }),
        () => reply({ failed: message.ask }),
      );
    } else if ("counts" in message) {
      this.latest = message.counts;
      desk.count(message.counts, this.lane);
      for (const settle of this.counted.splice(0)) settle();
    } else if ("draining" in message) this.heard("draining");
    else if ("hasCertificate" in message) this.heard("hasCertificate");
    else if ("forgot" in message) this.heard(`forgot ${message.forgot}`);
    else if ("closed" in message) this.heard(`closed ${message.closed}`);
    else if ("giveBack" in message || "charge" in message) desk.note(message);
  }

  private heard(word: string): void {
    this.awaited.get(word)?.();
    this.awaited.delete(word);
  }

  /** A front that does not answer is killed, and has ended when this resolves. */
  private async confirmed(message: ToFront, word: string, waits: boolean, ms = CONFIRM_MS): Promise<void> {
    const { child } = this;
    if (child === null) return;
    this.send(message);
    if (!waits) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.awaited.set(word, resolve);
      timer = setTimeout(() => {
        this.parts.log.warn({ front: this.number }, "a front did not answer and is killed");
        child.kill("SIGKILL");
      }, ms);
    });
    clearTimeout(timer);
  }

  private send(message: ToFront, handle?: Handle): void {
    // The front's exit tells everything about a channel that is gone.
    if (this.child?.connected) this.child.send(message, handle as never, {}, () => {});
  }
}
