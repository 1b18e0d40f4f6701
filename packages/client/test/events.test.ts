import { afterEach, beforeEach, expect, it } from "vitest";
import type { ServerEvent } from "../src/index.js";
import { AnsweringServer } from "./support/answering-server.js";

let server: AnsweringServer;
const seen: (readonly [string | undefined, string | string[] | undefined])[] = [];
beforeEach(async () => {
  server = await AnsweringServer.start();
  seen.length = 0;
});
afterEach(() => server.stop());

const TYPE = { "content-type": "text/event-stream" };
const message = (cursor: string, event: string, data: object = { n: Number(cursor) }) =>
  `id: ${cursor}\nevent: ${event}\ndata: ${JSON.stringify({ id: `evt_${cursor}`, event, timestamp: "2026-01-01T00:00:00.5Z", data })}\n\n`;

/** Each connection gets the next of these texts; then the connection breaks, or the response ends. */
function answers(...texts: readonly { readonly text: string; readonly breaks?: boolean }[]): void {
  const left = [...texts];
  server.answer = (request, response) => {
    seen.push([request.url, request.headers["last-event-id"]]);
    const next = left.shift();
    if (!next) {
      response
        .writeHead(403, { "content-type": "application/json" })
        .end('{"status":403,"error":"Forbidden","code":"FORBIDDEN","message":"no"}');
      return;
    }
    response.writeHead(200, TYPE);
    response.write(next.text, () => (next.breaks ? response.destroy() : response.end()));
  };
}

async function take(count: number, options = {}): Promise<ServerEvent[]> {
  const found: ServerEvent[] = [];
  for await (const event of server.client.events.follow(options)) {
    found.push(event);
    if (found.length === count) break;
  }
  return found;
}

it("events are given as they come, and asked for as wished", async () => {
  answers({ text: `retry: 5\nid: 0\n\n${message("1", "branch.created")}:\n\n${message("2", "branch.merged")}` });
  const options = { events: ["branch.created", "branch.merged"], branches: ["a", "b-*"], fromScn: 3 } as const;
  expect(await take(2, options)).toEqual([
    {
      cursor: "1",
      id: "evt_1",
      event: "branch.created",
      timestamp: new Date("2026-01-01T00:00:00.500Z"),
      data: { n: 1 },
    },
    expect.objectContaining({ cursor: "2", event: "branch.merged" }),
  ]);
  expect(seen).toEqual([["/v1/events?events=branch.created%2Cbranch.merged&branches=a%2Cb-*&from_scn=3", undefined]]);
});

it("a connection that breaks or ends is opened again behind the last event", async () => {
  const end = 'event: stream.end\ndata: {"code":"SHUTTING_DOWN","message":"The server is shutting down."}\n\n';
  answers(
    {
      text: `id: 0\n\n${message("1", "branch.created")}id: 5\n\n${message("6", "branch.created").slice(0, -9)}`,
      breaks: true,
    },
    { text: message("6", "branch.created") + end },
    { text: message("7", "branch.created") },
  );
  expect((await take(3)).map(({ cursor }) => cursor)).toEqual(["1", "6", "7"]);
  expect(seen.map(([, last]) => last)).toEqual([undefined, "5", "6"]);
});

it("a refusal is an error, also after events", async () => {
  answers({ text: message("1", "branch.created") });
  await expect(take(2, { after: "0" })).rejects.toMatchObject({ code: "FORBIDDEN" });
  expect(seen.map(([, last]) => last)).toEqual(["0", "1"]);
});

it("an aborted signal ends the loop, whether something comes or not", async () => {
  answers({ text: message("1", "branch.created") });
  const controller = new AbortController();
  const events = server.client.events.follow({ signal: controller.signal });
  await events.next();
  controller.abort(new Error("enough"));
  await expect(events.next()).rejects.toThrow("enough");
});
