import type { HttpConnections, HttpResponse } from "../transport/platform.js";

/** Connections by the fetch of the place itself, which decides on their number. */
export class FetchConnections implements HttpConnections {
  readonly #options: object;
  readonly #pending = new Set<Promise<unknown>>();

  /** @param options of each request, beside those that its caller gives */
  constructor(options: object) {
    this.#options = options;
  }

  async fetch(url: string, request: object): Promise<HttpResponse> {
    const sent = globalThis.fetch(url, { ...request, ...this.#options, redirect: "manual" });
    this.#pending.add(sent);
    return sent.finally(() => this.#pending.delete(sent));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }
}
