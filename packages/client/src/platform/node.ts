import { randomBytes } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { access, rename, rm, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import type { Agent, RequestInit } from "undici";
import type { Patience } from "../transport/patience.js";
import type { HttpConnections, HttpResponse, Platform, SentFile } from "../transport/platform.js";
import { trusted } from "./ca.js";
import { FetchConnections } from "./fetch-connections.js";

const CONNECTIONS = 16;

/** Node, or what does as Node does, with connections of its own for each client, and files by path. */
export const NODE: Platform = {
  connect(settings): HttpConnections {
    // Bun has a part of its own in place of undici, which knows neither agents nor certificates.
    if ("Bun" in globalThis) return new FetchConnections({ tls: trusted(settings), timeout: false });
    const { connections = CONNECTIONS } = settings;
    // Time limits are set for each request; the agent's own would cut long ones short.
    const options = { connections, headersTimeout: 0, bodyTimeout: 0, connect: trusted(settings) };
    let agent: Agent | null = null;
    let isClosed = false;
    return {
      async fetch(url, request) {
        // Loaded with the first request: it takes longer than all the rest of a program that makes none.
        const { default: undici } = await import("undici");
        if (isClosed) throw new TypeError("The client is closed. Make another one.");
        agent ??= new undici.Agent(options);
        const init = { ...request, dispatcher: agent, redirect: "manual", duplex: "half" } as RequestInit;
        return (await undici.fetch(url, init)) as HttpResponse;
      },
      async close() {
        isClosed = true;
        if (agent && !agent.closed) await agent.close();
      },
    };
  },

  async file(source): Promise<SentFile> {
    if (typeof source !== "string") return { sizeBytes: source.size, open: () => ({ content: source, discard() {} }) };
    const { size } = await stat(source);
    return { sizeBytes: size, open: (patience) => opened(source, patience) };
  },

  async save(path, bytes) {
    const part = `${path}.${randomBytes(4).toString("hex")}.part`;
    try {
      await pipeline(bytes, createWriteStream(part, { flags: "wx" }));
      await rename(part, path);
    } finally {
      await rm(part, { force: true });
    }
  },

  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

function opened(path: string, patience: Patience) {
  // Paused, or the listener alone would begin to read it before it is sent.
  const content = createReadStream(path)
    .pause()
    .on("data", () => patience.renew());
  return { content, discard: () => void content.destroy() };
}
