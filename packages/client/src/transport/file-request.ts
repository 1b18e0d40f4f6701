import type { Readable } from "node:stream";

/** A request whose body or response is a file, or as long as one. */
export interface FileRequest {
  readonly method: "GET" | "PUT" | "POST";
  /** The path as in the API's document. */
  readonly route: string;
  readonly branch?: string;
  /** With its query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Opens the file again for each attempt. */
  readonly body?: (patience: Patience) => Readable;
  /** A short body, in place of a file. */
  readonly text?: string;
  /** The timeout that was sent to the server: the response may begin that late. */
  readonly serverTimeoutMs?: number;
}

/** A time limit that restarts whenever bytes arrive: a file may take any time, a pause may not. */
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

  /** Ends the request, for example if the caller needs no more of it. */
  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  /** Ends the limit, permanently or until it is renewed. */
  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
