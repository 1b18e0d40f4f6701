/** A time limit that restarts whenever bytes arrive: a file may take any time, a pause may not. */
export class Patience {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ranOut = true;
      this.#controller.abort();
    }, this.#ms);
  }

  /** Ends the request, for example if the caller needs no more of it. */
  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  /** Ends the limit, permanently or until it is renewed. */
  end(): void {
    clearTimeout(this.#timer);
  }
}
