import type { HttpConnections, HttpResponse, Platform } from "../transport/platform.js";

/** A browser, or whatever else has its fetch: it decides on connections itself, and has no files by path. */
export const BROWSER: Platform = {
  connect({ connections, ca }): HttpConnections {
    if (connections !== undefined)
      throw new TypeError("A browser decides on the number of connections itself. Leave out connections.");
    if (ca !== undefined) throw new TypeError("A browser decides itself which certificates it trusts. Leave out ca.");
    return new BrowserConnections();
  },

  async file(source) {
    if (typeof source === "string") throw withoutPaths("Pass the file as a Blob.");
    return { sizeBytes: source.size, open: () => ({ content: source, discard() {} }) };
  },

  async save() {
    throw withoutPaths("Use download, and read its bytes.");
  },

  exists: async () => false,
};

class BrowserConnections implements HttpConnections {
  readonly #pending = new Set<Promise<unknown>>();

  async fetch(url: string, request: object): Promise<HttpResponse> {
    // The key is all that the server needs: cookies stay at home, and an old response is no answer.
    const init = { ...request, redirect: "manual", credentials: "omit", cache: "no-store" } as const;
    const sent = globalThis.fetch(url, init);
    this.#pending.add(sent);
    return sent.finally(() => this.#pending.delete(sent));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }
}

function withoutPaths(instead: string): TypeError {
  return new TypeError(`A browser has no files by path. ${instead}`);
}
