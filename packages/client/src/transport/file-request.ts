import type { Readable } from "node:stream";

/** A request whose body, or whose answer, is a file. */
export interface FileRequest {
  readonly method: "GET" | "PUT";
  /** With its query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the file anew, for each attempt. */
  readonly body?: (patience: Patience) => Readable;
}

/** A time limit that begins anew with every sign of life: a file may take any time, a silence may not. */
export class Patience {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #ranOut = false;

  constructor(ms: number, signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
    this.#timer = setTimeout(() => {
      this.#ranOut = true;
      this.#controller.abort();
    }, ms);
  }

  get ranOut(): boolean {
    return this.#ranOut;
  }

  renew(): void {
    this.#timer.refresh();
  }

  /** Gives up, as when the caller needs no more of it. */
  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
