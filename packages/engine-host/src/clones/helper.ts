import { HeliosError } from "@heliosdb/port";
import { startFailed } from "../errors/errors.js";
import type { HostEvent } from "../process/events.js";
import type { WorkerLaunch } from "../process/worker-process.js";
import { WorkerSlot } from "../process/worker-slot.js";
import type { CloneStep, HelperJob, HelperResponse } from "./protocol.js";

/** The helper process ended while it ran this step. */
export class HelperLost extends Error {}

interface Step {
  readonly id: number;
  readonly step: CloneStep;
  readonly job: HelperJob;
  resolve(): void;
  reject(error: Error): void;
}

/** A helper that has not started so often in a row is not waited for. */
const MOST_FAILED_STARTS = 3;

/** A process that copies, rewinds and adopts branch files, one step at a time. */
export class CloneHelper {
  private readonly slot: WorkerSlot<HelperResponse>;
  private readonly steps: Step[] = [];
  private running: Step | null = null;
  private lastId = 0;

  constructor(
    launch: WorkerLaunch,
    private readonly event: (event: HostEvent) => void,
  ) {
    this.slot = new WorkerSlot(launch, {
      ready: () => this.next(),
      frame: (response) => this.received(response),
      lost: () => {
        const lost = this.running;
        this.running = null;
        lost?.reject(new HelperLost("the clone helper ended"));
        if (this.slot.failedStarts >= MOST_FAILED_STARTS) this.failAll(startFailed("helper", this.slot.failure!));
      },
      event,
    });
  }

  get restarts(): number {
    return this.slot.restarts;
  }

  get problems(): string[] {
    return this.slot.problem === null ? [] : [this.slot.problem];
  }

  get pids(): number[] {
    return this.slot.pid === null ? [] : [this.slot.pid];
  }

  /** Starts it before its first step, which then need not wait. */
  start(): void {
    if (!this.slot.isStarted) this.slot.startUnattended();
  }

  async stop(): Promise<void> {
    if (this.running) this.slot.kill("the host is closing");
    await this.slot.stop();
  }

  /** Rejects with HelperLost, or with the error of the step. */
  run(step: CloneStep, job: HelperJob): Promise<void> {
    return new Promise((resolve, reject) => {
      this.steps.push({ id: ++this.lastId, step, job, resolve, reject });
      this.start();
      this.next();
    });
  }

  /** Makes sure that nobody works on this job any more; its step rejects. */
  drop(job: HelperJob): void {
    const at = this.steps.findIndex((step) => step.job === job);
    if (at >= 0) this.steps.splice(at, 1)[0]!.reject(new HelperLost("the clone was cancelled"));
    else if (this.running?.job === job) this.slot.kill("the clone was cancelled");
  }

  private failAll(error: Error): void {
    for (const step of this.steps.splice(0)) step.reject(error);
  }

  private next(): void {
    if (this.running || !this.slot.ready) return;
    this.running = this.steps.shift() ?? null;
    if (this.running) this.slot.send({ id: this.running.id, step: this.running.step, job: this.running.job });
  }

  private received(response: HelperResponse): void {
    const step = this.running!;
    this.running = null;
    if ("done" in response) step.resolve();
    else {
      if (response.detail !== undefined)
        this.event({ kind: "internal_error", worker: "helper", detail: response.detail });
      step.reject(HeliosError.fromWire(response.error));
    }
    this.next();
  }
}
