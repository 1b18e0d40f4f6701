import type { Readable } from "node:stream";

/** A request whose body, or whose answer, is a file or as long as one. */
export interface FileRequest {
  readonly method: "GET" | "PUT" | "POST";
  /** With its query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the file anew, for each attempt. */
  readonly body?: (patience: Patience) => Readable;
  /** A short body, in place of a file. */
  readonly text?: string;
  /** The deadline that the server has been given: its answer may begin so late. */
  readonly serverTimeoutMs?: number;
}

/** A time limit that begins anew with every sign of life: a file may take any time, a silence may not. */
export class Patience {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: NodeJS.Timeout | null = null;
  #ranOut = false;

  constructor(ms: number, signal: AbortSignal | undefined) {
    this.signal = signal ? AbortSignal.any([signal, this.#controller.signal]) : this.#controller.signal;
    this.#ms = ms;
    this.renew();
  }

  get ranOut(): boolean {
    return this.#ranOut;
  }

  renew(): void {
    if (this.#timer) this.#timer.refresh();
    else {
      this.#timer = setTimeout(() => {
        this.#ranOut = true;
        this.#controller.abort();
      }, this.#ms);
    }
  }

  /** Gives up, as when the caller needs no more of it. */
  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  /** For good, or until it is renewed. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
