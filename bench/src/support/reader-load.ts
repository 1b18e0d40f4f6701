import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** A thread that reads during other work, and reports how long its reads took. */
export class ReaderLoad {
  private readonly thread: Worker;

  constructor(options: { directory: string; clockOffsetMs: number; rows: number }) {
    this.thread = new Worker(new URL("./reader-thread.js", import.meta.url), { workerData: options });
  }

  /** Milliseconds of each read since the last report. */
  async report(what: "report" | "end" = "report"): Promise<number[]> {
    this.thread.postMessage(what);
    const [took] = (await once(this.thread, "message")) as [number[]];
    return took;
  }
}
