import { startFailed } from "../errors/errors.js";
import type { HostEvent } from "./events.js";
import { type WorkerLaunch, WorkerProcess } from "./worker-process.js";

export interface SlotHandlers<Incoming> {
  /** A process is ready for requests. */
  ready(): void;
  frame(frame: Incoming): void;
  /** The process is gone, and all its frames have been received. `killed` tells whether the host ended it. */
  lost(killed: boolean): void;
  event(event: HostEvent): void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** A slot with one process: when that ends, another is started. */
export class WorkerSlot<Incoming> {
  /** Processes started after the first. */
  restarts = 0;
  /** How often a process has not started since one did, and how the last one ended. */
  failedStarts = 0;
  failure: string | null = null;
  private process: WorkerProcess<Incoming> | null = null;
  private isReady = false;
  private wasStarted = false;
  private killReason: string | null = null;
  private stopping = false;
  private pause: NodeJS.Timeout | undefined;

  constructor(
    private readonly launch: WorkerLaunch,
    private readonly handlers: SlotHandlers<Incoming>,
  ) {}

  /** True if requests can be sent, and the process has neither ended nor been told to. */
  get ready(): boolean {
    return this.isReady && this.killReason === null && !this.stopping && this.process!.isAlive;
  }

  /** Why there is no process now, or null. */
  get problem(): string | null {
    return this.failure === null ? null : `a ${this.launch.kind} process does not start: ${this.failure}`;
  }

  get pid(): number | null {
    return this.process?.pid ?? null;
  }

  /** Whether a process was ever asked for. */
  get isStarted(): boolean {
    return this.wasStarted;
  }

  /** Starts the first process. Rejects if it ends before it is ready. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => this.spawn(resolve, reject, true));
  }

  /** Starts the first process when nobody waits for it: if that fails, it is tried again. */
  startUnattended(): void {
    if (!this.stopping) this.respawn();
  }

  send(frame: unknown): void {
    this.process?.send(frame);
  }

  sendText(text: string): void {
    this.process?.sendText(text);
  }

  flush(): void {
    this.process?.flush();
  }

  /**
   * Ends the process at once; `lost` follows when it is gone, then `ready` of the next one. False if there is no
   * process, or it is already being ended.
   */
  kill(reason: string): boolean {
    if (this.process === null || this.killReason !== null) return false;
    this.killReason = reason;
    this.process.kill();
    return true;
  }

  /** Ends the process for good, after it has closed its databases. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.pause);
    await this.process?.end();
  }

  /** @param isWaitedFor whether the caller decides what happens if it fails */
  private spawn(started: () => void, failed: (error: Error) => void, isWaitedFor = false): void {
    this.wasStarted = true;
    this.process = new WorkerProcess<Incoming>(this.launch, {
      ready: () => {
        this.isReady = true;
        this.failedStarts = 0;
        this.failure = null;
        started();
        if (this.ready) this.handlers.ready();
      },
      frame: (frame) => this.handlers.frame(frame),
      exit: (reason, wasReady) => {
        if (!wasReady) failed(startFailed(this.launch.kind, reason));
        this.gone(reason, wasReady, isWaitedFor);
      },
    });
  }

  private gone(reason: string, wasReady: boolean, isWaitedFor: boolean): void {
    const { kind } = this.launch;
    const pid = this.process!.pid;
    const killed = this.killReason;
    this.process = null;
    this.isReady = false;
    this.killReason = null;
    if (this.stopping) return;
    if (killed !== null) this.handlers.event({ kind: "worker_stopped", worker: kind, pid, reason: killed });
    else this.handlers.event({ kind: "worker_exit", worker: kind, pid, reason });
    // The rejection of start() tells whoever started the host, and nobody wants a second attempt.
    if (!wasReady && isWaitedFor) return;
    this.restarts++;
    if (wasReady) this.respawn();
    else {
      this.failure = reason;
      this.pause = setTimeout(
        () => this.respawn(),
        Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failedStarts++),
      );
    }
    this.handlers.lost(killed !== null);
  }

  private respawn(): void {
    this.spawn(
      () => {},
      () => {},
    );
  }
}
