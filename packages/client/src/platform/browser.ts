import type { HttpConnections, Platform } from "../transport/platform.js";
import { FetchConnections } from "./fetch-connections.js";

/** A browser, or whatever else has its fetch: it decides on connections itself, and has no files by path. */
export const BROWSER: Platform = {
  connect({ connections, ca }): HttpConnections {
    if (connections !== undefined)
      throw new TypeError("A browser decides on the number of connections itself. Leave out connections.");
    if (ca !== undefined) throw new TypeError("A browser decides itself which certificates it trusts. Leave out ca.");
    // The key is all that the server needs: cookies stay at home, and an old response is no answer.
    return new FetchConnections({ credentials: "omit", cache: "no-store" });
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

function withoutPaths(instead: string): TypeError {
  return new TypeError(`A browser has no files by path. ${instead}`);
}
