import type { CopiedFiles } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { shuttingDown, startFailed, workerLost } from "../errors/errors.js";
import { type ProcessLaunch, WorkerProcess } from "../process/worker-process.js";
import type { BackupRequest, BackupResponse } from "./protocol.js";

/** Maximum time for which writes to a database may be paused while its files are opened. */
const HOLD_LIMIT_MS = 30_000;

interface Waiting {
  resolve(result: CopiedFiles | null): void;
  reject(error: HeliosError): void;
}

/** A process that copies files for one backup. */
export class BackupProcess {
  private readonly process: WorkerProcess<BackupResponse>;
  private readonly started: Promise<void>;
  private waiting: Waiting | null = null;
  private isGone = false;
  private reason: HeliosError = workerLost();

  constructor(launch: ProcessLaunch) {
    let [ready, failed] = [() => {}, (_: Error) => {}];
    this.started = new Promise((resolve, reject) => {
      [ready, failed] = [resolve, reject];
    });
    this.started.catch(() => {});
    this.process = new WorkerProcess<BackupResponse>(launch, {
      ready: () => ready(),
      frame: (response) => this.received(response),
      exit: (reason, wasReady) => {
        if (!wasReady) failed(startFailed("backup", reason));
        this.isGone = true;
        this.waiting?.reject(this.reason);
        this.waiting = null;
      },
    });
  }

  /** Pins a file, or all files of a database, in their current state. */
  async hold(what: "file" | "database", source: string, target: string): Promise<void> {
    await this.started;
    const late = setTimeout(() => this.kill(workerLost()), HOLD_LIMIT_MS);
    try {
      await this.ask({ hold: what, source, target });
    } finally {
      clearTimeout(late);
    }
  }

  /** Copies the pinned files. */
  async copy(): Promise<CopiedFiles> {
    return (await this.ask({ copy: true }))!;
  }

  /** Cancels the backup; pending calls reject. */
  cancel(): void {
    this.kill(shuttingDown());
  }

  async end(): Promise<void> {
    await this.process.end();
  }

  ready(): Promise<void> {
    return this.started;
  }

  private kill(reason: HeliosError): void {
    this.reason = reason;
    this.process.kill();
  }

  private ask(request: BackupRequest): Promise<CopiedFiles | null> {
    if (this.isGone) return Promise.reject(this.reason);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.process.send(request);
    });
  }

  private received(response: BackupResponse): void {
    const waiting = this.waiting;
    this.waiting = null;
    if ("result" in response) waiting?.resolve(response.result);
    else waiting?.reject(HeliosError.fromWire(response.error));
  }
}
