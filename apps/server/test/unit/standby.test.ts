import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { Leader } from "../../dist/cell/leader.js";
import { StandbyServer } from "../../dist/cell/standby-server.js";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A standby that takes `url` for the active node. */
async function standby(url: () => string | null, node = "standby") {
  const parts = {
    leader: new Leader(node, url),
    state: () => ({ cell: "c", node, leader: null, behind: null }),
    dialect: "lite" as const,
    tls: null,
  };
  const server = await StandbyServer.listen("127.0.0.1", 0, parts);
  closing.push(() => server.close());
  return `http://127.0.0.1:${server.port}`;
}

async function active(serve: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(serve).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a standby", () => {
  it("passes on a body and a response part by part, with the client's address, and without what is of one hop", async () => {
    let heard: IncomingMessage["headers"] = {};
    const url = await active((incoming, response) => {
      heard = incoming.headers;
      response.writeHead(201, { "x-own": ["a", "b"], "content-type": "text/odd" });
      incoming.pipe(response);
    });
    const at = new URL(await standby(() => url));
    const sent = request({ port: at.port, host: at.hostname, method: "PUT", path: "/a%20b?c=%2F" });
    sent.setHeader("x-forwarded-for", "203.0.113.7");
    sent.setHeader("keep-alive", "timeout=9");
    sent.write("first");
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    // It comes back before the request has ended.
    const [part] = await once(response, "data");
    expect(String(part)).toBe("first");
    sent.end("last");
    const rest: string[] = [];
    for await (const chunk of response) rest.push(String(chunk));
    expect([rest.join(""), response.statusCode, response.headers["content-type"]]).toEqual(["last", 201, "text/odd"]);
    expect(heard["x-forwarded-for"]).toBe("203.0.113.7, 127.0.0.1");
    expect([heard["heliosdb-passed-on"], heard["keep-alive"]]).toEqual(["standby", undefined]);
  });

  it("does not pass on what it has passed on already", async () => {
    const urls: string[] = [];
    urls.push(await standby(() => urls[1]!, "one"), await standby(() => urls[0]!, "two"));
    const response = await fetch(`${urls[0]}/v1/branches`);
    expect([response.status, (await response.json()) as { code: string }]).toEqual([
      503,
      expect.objectContaining({ code: "NOT_ACTIVE" }),
    ]);
  });

  it("tells a node that it can't reach from one that ended before it answered", async () => {
    const cut = await active((incoming) => incoming.socket.destroy());
    const codes: unknown[] = [];
    for (const url of [null, "http://127.0.0.1:1", cut]) {
      const response = await fetch(`${await standby(() => url)}/v1/branches`, { method: "POST", body: "{}" });
      codes.push([response.status, ((await response.json()) as { code: string }).code]);
    }
    expect(codes).toEqual([
      [503, "NOT_ACTIVE"],
      [503, "NOT_ACTIVE"],
      [503, "WORKER_LOST"],
    ]);
  });

  it("cuts a response that the active node does not end", async () => {
    const url = await active((incoming, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("some", () => incoming.socket.destroy());
    });
    const response = await fetch(`${await standby(() => url)}/v1/branches`);
    await expect(response.text()).rejects.toThrow();
  });
});
