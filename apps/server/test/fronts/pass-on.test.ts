import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { clientFinder } from "../../dist/front/client-facts.js";
import { FEW, Heads, MOST_OF_OWNER } from "../../dist/front/heads.js";
import { MOST_UNDER_WAY, PassOn } from "../../dist/front/pass-on.js";
import { clientFacts } from "../../dist/http/front/front-header.js";
import { MOST_OF_CONNECTION } from "../../dist/http/pipeline/line.js";
import { eventually } from "../support/fronts.js";

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A front that passes everything on, to a main process that is made here. Returns the front's port. */
async function front(main: Handler, trustedProxies: string[] = []): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "heliosdb-pass-on-"));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, "s");
  await listening(createServer(main), (server) => server.listen(socket));
  const passOn = new PassOn(
    socket,
    clientFinder(trustedProxies),
    () => false,
    ({ headers }) => String(headers["x-owner"]),
    // On a busy machine a test takes longer than a request counts there.
    new Heads(600_000),
  );
  const server = createServer((incoming, response) => passOn.send(incoming, response));
  await listening(server, (one) => one.listen(0, "127.0.0.1"));
  return (server.address() as { port: number }).port;
}

async function listening(server: Server, listen: (server: Server) => void): Promise<void> {
  listen(server);
  await once(server, "listening");
  undo.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
}

/** Sends a text, and returns all that came until the connection's end. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let reply = "";
    socket.setEncoding("latin1").on("data", (chunk: string) => {
      reply += chunk;
    });
    socket.on("close", () => resolve(reply)).on("error", () => {});
    socket.write(text);
  });
}

describe("a front", () => {
  it("passes on the message, and nothing of the connection", async () => {
    let seen: IncomingMessage | undefined;
    const port = await front(
      (incoming, response) => {
        seen = incoming;
        incoming.resume();
        response.writeHead(207, "So So", ["Set-Cookie", "a=1", "Set-Cookie", "b=é", "X-Two", "2"]).end("done");
      },
      ["127.0.0.1"],
    );
    const head = ["PATCH /a%20b?c=d HTTP/1.1", "Host: db.example", "X-Forwarded-For: 9.9.9.9, 198.51.100.1"];
    head.push("Connection: close, X-Mine", "X-Mine: 1", "TE: trailers", "Upgrade: h2c", "X-Kept: a", "x-kept: b");
    head.push("X-Helios-Front: http 6.6.6.6", "X-Forwarded-Proto: https", "Content-Length: 5");
    const reply = await raw(port, `${head.join("\r\n")}\r\n\r\nhello`);
    expect([seen!.method, seen!.url]).toEqual(["PATCH", "/a%20b?c=d"]);
    const { host, te, upgrade, "x-mine": mine, "x-kept": kept, "content-length": length } = seen!.headers;
    expect({ host, te, upgrade, mine, kept, length }).toEqual({
      ...{ host: "db.example", kept: "a, b", length: "5" },
      ...{ te: undefined, upgrade: undefined, mine: "1" },
    });
    expect(seen!.rawHeaders.filter((name) => name.toLowerCase() === "x-helios-front").length).toBe(1);
    expect(clientFacts(seen!)).toMatchObject({ address: "198.51.100.1", scheme: "https" });
    expect(reply.split("\r\n")[0]).toBe("HTTP/1.1 207 So So");
    expect(reply.split("\r\n").filter((line) => /^set-cookie|^x-two/i.test(line))).toEqual([
      "Set-Cookie: a=1",
      "Set-Cookie: b=é",
      "X-Two: 2",
    ]);
  });

  it("refuses by main's word what is more than it may have in hand, and lets no owner have all of that", async () => {
    const waiting = new Map<string, ServerResponse[]>();
    let refused = 0;
    let arrived = 0;
    const held = () => [...waiting.values()].flat();
    const port = await front((incoming, response) => {
      arrived++;
      const owner = String(incoming.headers["x-owner"]);
      if (!clientFacts(incoming).isOneTooMany)
        return void waiting.set(owner, [...(waiting.get(owner) ?? []), response]);
      refused++;
      // It came without the body that it announces.
      expect(incoming.headers["content-length"] ?? "0").toBe("0");
      response.writeHead(503).end();
    });
    const statuses: number[] = [];
    let sent = 0;
    const ask = async (owner: string, times: number, arriving: number) => {
      const wanted = arrived + arriving;
      for (let time = 0; time < times; time++) {
        const headers = { "x-owner": owner };
        const asked = request({ port, host: "127.0.0.1", method: "POST", agent: false, headers }, (response) => {
          statuses.push(response.statusCode!);
          response.resume();
        });
        asked.on("error", () => {}).end("body");
      }
      sent += times;
      await eventually("as many have arrived as may", () => arrived === wanted);
    };
    // A quarter is anybody's, and of the rest nobody has more than are left. Few of them wait for main at once.
    const left = (MOST_UNDER_WAY * 3) / 8;
    const atMain = FEW + MOST_OF_OWNER;
    await ask("flood", MOST_UNDER_WAY + 10, atMain + left + 10);
    expect([held().length, refused]).toEqual([atMain, left + 10]);
    await ask("quiet", 100, MOST_OF_OWNER);
    expect(waiting.get("quiet")!.length).toBe(MOST_OF_OWNER);
    await ask("flood", 1, 1);
    expect(refused).toBe(left + 11);
    await eventually("all are answered", () => {
      for (const response of waiting.get("flood")!.splice(0)) response.end();
      return statuses.length === sent - 100;
    });
    expect(statuses.filter((status) => status === 503).length).toBe(left + 11);
    await ask("flood", 1, 1);
    expect([waiting.get("flood")!.length, waiting.get("quiet")!.length]).toEqual([1, MOST_OF_OWNER]);
  });

  it("tells those whom main refuses to wait for as long as their connection is not read", async () => {
    const port = await front((_, response) => response.writeHead(503, { "retry-after": "1" }).end());
    // However long it takes here, they are refused at the same moment.
    vi.useFakeTimers({ toFake: ["performance"] });
    undo.push(() => vi.useRealTimers());
    const told: number[] = [];
    for (let n = 0; n < 1000; n++) {
      const asked = request({ port, host: "127.0.0.1", agent: false }, (response) => {
        told.push(Number(response.headers["retry-after"]));
        response.resume();
      });
      asked.on("error", () => {}).end();
    }
    await eventually("all are answered", () => told.length === 1000);
    // In the end, two seconds of refusals are in line.
    expect(Math.min(...told)).toBe(1);
    expect(Math.max(...told)).toBeGreaterThanOrEqual(2);
  });

  it("has few requests of one connection in hand, however many it sends, and answers all in order", async () => {
    const held: ServerResponse[] = [];
    let arrived = 0;
    const port = await front((incoming, response) => {
      response.setHeader("x-number", incoming.url!.slice(1));
      held.push(response);
      arrived++;
    });
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    const last = (number: number) => (number === 19 ? "Connection: close\r\n" : "");
    const reply = raw(
      port,
      numbers.map((number) => `GET /${number} HTTP/1.1\r\nHost: a\r\n${last(number)}\r\n`).join(""),
    );
    for (const number of numbers) {
      await eventually("the next has arrived", () => arrived > Math.min(19, number + MOST_OF_CONNECTION - 1));
      // More would have come with the others.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect(arrived).toBe(Math.min(20, number + MOST_OF_CONNECTION));
      held.shift()!.end("x");
    }
    expect((await reply).match(/x-number: \d+/gi)).toEqual(numbers.map((number) => `x-number: ${number}`));
  });

  it("tells main when a client goes away, before the head and after it", async () => {
    for (const hasHead of [false, true]) {
      let closed = false;
      let arrived = false;
      const port = await front((_, response) => {
        arrived = true;
        if (hasHead) response.write("first");
        response.on("close", () => {
          closed = !response.writableFinished;
        });
      });
      const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
      await eventually("it arrived", () => arrived);
      if (hasHead) await once(socket, "data");
      socket.destroy();
      await eventually("main knows", () => closed);
    }
  });

  it("ends a client's connection where main breaks off", async () => {
    for (const first of ["", "some of it"]) {
      const port = await front((incoming, response) => {
        if (first === "") incoming.socket.destroy();
        else response.writeHead(200, { "content-length": "100" }).write(first, () => incoming.socket.destroy());
      });
      const reply = await raw(port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      expect(reply.endsWith(first)).toBe(true);
      expect(reply === "").toBe(first === "");
    }
  });

  it("passes on a response that comes before the end of the body, and lets the connection live", async () => {
    const port = await front((_, response) => response.writeHead(401).end("no"));
    const size = 8 * 1024 * 1024;
    const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`;
    const next = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const reply = await raw(port, head + "x".repeat(size) + next);
    expect(reply.match(/HTTP\/1\.1 401/g)?.length).toBe(2);
  });

  it("reads no faster than the other side takes, in both directions", async () => {
    const chunk = Buffer.alloc(64 * 1024, "x");
    const total = 64 * 1024 * 1024;
    let written = 0;
    let received = 0;
    const port = await front((incoming, response) => {
      if (incoming.method === "POST") {
        // Takes nothing until the end of this test.
        undo.push(() =>
          incoming.on("data", ({ length }: Buffer) => {
            received += length;
          }),
        );
        return;
      }
      const fill = () => {
        while (written < total) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", fill);
        }
        response.end();
      };
      fill();
    });
    const slow = connect(port, "127.0.0.1", () => slow.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    slow.pause();
    const sender = connect(port, "127.0.0.1", () => {
      sender.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${total}\r\n\r\n`);
      const send = () => {
        let goesOn = true;
        while (goesOn && sender.bytesWritten < total) goesOn = sender.write(chunk);
        if (!goesOn) sender.once("drain", send);
      };
      send();
    });
    undo.push(
      () => slow.destroy(),
      () => sender.destroy(),
    );
    await settled(() => written);
    await settled(() => sender.bytesWritten - sender.writableLength);
    expect(written).toBeLessThan(total / 2);
    expect(sender.bytesWritten - sender.writableLength).toBeLessThan(total / 2);
    expect(received).toBe(0);
    slow.resume();
    let taken = 0;
    slow.on("data", ({ length }: Buffer) => {
      taken += length;
    });
    await eventually("all arrives", () => taken > total);
  });
});

/** Waits until a number has not changed for a while. */
async function settled(value: () => number): Promise<void> {
  for (let before = -1; before !== value(); ) {
    before = value();
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
