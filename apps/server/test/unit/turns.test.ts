import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  ACCEPTING_MS,
  CROWDED_MS,
  FEW_BEGUN,
  MOST_ACCEPTED,
  MOST_BEGUN,
  MOST_WAITING,
  Turns,
} from "../../dist/http/pipeline/turns.js";

let turns: Turns;
let begun: string[];
/** Whose clients have gone away. */
let gone: Set<string>;
beforeEach(() => {
  gone = new Set();
  turns = new Turns();
  begun = [];
});

/** Requests of one owner; returns how many of them were refused. */
function ask(owner: string, count: number): number {
  let refused = 0;
  for (let n = 0; n < count; n++) {
    const isTaken = turns.begin(() => owner, { begin: () => begun.push(owner), isGone: () => gone.has(owner) });
    if (!isTaken) refused++;
  }
  return refused;
}
const of = (owner: string) => begun.filter((each) => each === owner).length;

describe("turns of requests", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setImmediate"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  const nextTurn = () => vi.advanceTimersToNextTimer();

  it("begin as soon as they arrive while there are few", () => {
    for (let turn = 0; turn < 5; turn++) {
      ask("one", MOST_BEGUN);
      expect(of("one")).toBe(MOST_BEGUN * (turn + 1));
      nextTurn();
    }
  });

  it("go on in the next turn, in order, and never overtake", () => {
    const order: number[] = [];
    const askOne = (n: number) => turns.begin(() => "one", { begin: () => order.push(n), isGone: () => false });
    for (let n = 0; n < MOST_BEGUN + 5; n++) askOne(n);
    expect(order.length).toBe(MOST_BEGUN);
    nextTurn();
    askOne(MOST_BEGUN + 5);
    expect(order).toEqual(Array.from({ length: MOST_BEGUN + 6 }, (_, n) => n));
  });

  it("alternate between owners", () => {
    ask("crowd", MOST_BEGUN + 500);
    ask("other", 3);
    nextTurn();
    expect(begun.slice(MOST_BEGUN, MOST_BEGUN + 7)).toEqual([
      ...["crowd", "other", "crowd", "other", "crowd", "other"],
      "crowd",
    ]);
  });

  it("refuse what is too many, of their owner only", () => {
    expect(ask("crowd", MOST_BEGUN + MOST_WAITING)).toBe(0);
    expect(ask("crowd", 10)).toBe(10);
    expect(ask("other", 10)).toBe(0);
  });

  it("are not for clients that have gone away, which keep no places either", () => {
    ask("crowd", MOST_BEGUN + MOST_WAITING);
    gone.add("crowd");
    expect(ask("crowd", 10)).toBe(0);
    ask("other", 1);
    begun = [];
    nextTurn();
    expect(begun).toEqual(["other"]);
  });

  it("are shorter once some have waited, and refuse none for that", () => {
    ask("crowd", MOST_BEGUN + FEW_BEGUN + 1);
    const now = vi.spyOn(performance, "now");
    now.mockReturnValue(performance.now() + 100 * CROWDED_MS);
    expect(ask("crowd", 1)).toBe(0);
    begun = [];
    nextTurn();
    expect(begun.length).toBe(FEW_BEGUN);
    now.mockRestore();
  });

  it("are for connections first, and not for ever", () => {
    const now = vi.spyOn(performance, "now");
    // A whole number, so that the time that passes is one, too.
    const at = Math.ceil(performance.now());
    now.mockReturnValue(at);
    ask("one", 1);
    expect(of("one")).toBe(1);
    for (let n = 0; n < MOST_ACCEPTED - 1; n++) {
      turns.accepted();
      ask("one", 1);
      nextTurn();
      expect(of("one")).toBe(1);
    }
    turns.accepted();
    nextTurn();
    expect(of("one")).toBe(MOST_ACCEPTED);
    turns.accepted();
    ask("one", 1);
    now.mockReturnValue(at + ACCEPTING_MS);
    nextTurn();
    expect(of("one")).toBe(MOST_ACCEPTED + 1);
    now.mockRestore();
  });
});

it("a crowd of connections is accepted before its first request begins", async () => {
  let accepted = 0;
  const acceptedBefore: number[] = [];
  const server = createServer((_request, response) => {
    const begin = () => {
      acceptedBefore.push(accepted);
      response.end();
    };
    turns.begin(() => "crowd", { begin, isGone: () => false });
  });
  server.on("connection", () => {
    accepted++;
    turns.accepted();
  });
  server.listen(0, "127.0.0.1", 500);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets = Array.from({ length: MOST_ACCEPTED }, () => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "data")));
  for (const socket of sockets) socket.destroy();
  server.close();
  // One in each turn: without that rule it would be the only one, or the second.
  expect(acceptedBefore[0]).toBeGreaterThan(10);
});
