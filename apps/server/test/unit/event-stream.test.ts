import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Identity } from "../../dist/auth/identity.js";
import { readPosition, writePosition } from "../../dist/events/event-position.js";
import type { EventReader, StreamedEvent } from "../../dist/events/event-reader.js";
import { EventStream, type EventStreamParts } from "../../dist/events/event-stream.js";

const IDENTITY = { expiresAt: null, scopes: ["read"], branches: null, tables: null } as unknown as Identity;
const TIMES = { heartbeatMs: 1000, slowMs: 3000, lookEveryMs: 100 };

let stream: EventStream;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});
afterEach(() => {
  stream?.destroy();
  vi.useRealTimers();
});

function streamOf(next: () => Promise<readonly StreamedEvent[] | null>, more: Partial<EventStreamParts> = {}) {
  let id = 0;
  const reader = {
    get id() {
      return String(id);
    },
    next: async () => {
      const events = await next();
      id += events?.length ?? 0;
      return events;
    },
  } as unknown as EventReader;
  const parts: EventStreamParts = {
    reader,
    onNext: () => () => {},
    authenticate: () => IDENTITY,
    limit: () => {},
    isClosing: () => false,
    onFailure: () => {},
    ...more,
  };
  stream = new EventStream(IDENTITY, parts, TIMES);
  return stream;
}

const event = (id: number, size = 10): StreamedEvent => ({ id: String(id), event: "e", body: "x".repeat(size) });

/** Lets everything happen that waits for no timer. */
async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await new Promise(setImmediate);
}

/** What the client has not read. */
function read(): string {
  return String(stream.read() ?? "");
}

it("a stream on which nothing happens says its position again and again", async () => {
  streamOf(async () => null);
  stream.read(0);
  await settle();
  expect(read()).toMatch(/^retry: \d+\nid: 0\n\n$/);
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(TIMES.heartbeatMs + TIMES.lookEveryMs);
    expect(read()).toBe("id: 0\n:\n\n");
  }
});

it("a client that reads nothing has a bounded number of events in memory, and is told to come back", async () => {
  let made = 0;
  streamOf(async () => [event(++made, 10_000)]);
  stream.read(0);
  await settle();
  const before = made;
  expect(stream.readableLength).toBeGreaterThan(100_000);
  expect(stream.readableLength).toBeLessThan(300_000);
  vi.advanceTimersByTime(TIMES.slowMs + TIMES.lookEveryMs);
  await settle();
  expect(made).toBe(before);
  const text = read();
  expect(text.split("event: e\n")).toHaveLength(made + 1);
  expect(text).toMatch(/event: stream\.end\ndata: \{"code":"OVERLOADED".*\n\n$/);
});

it("a client that doesn't even read that is cut off", async () => {
  const failed = vi.fn();
  streamOf(async () => [event(1, 300_000)]).on("error", failed);
  stream.read(0);
  await settle();
  vi.advanceTimersByTime(2 * TIMES.slowMs + 3 * TIMES.lookEveryMs);
  await settle();
  expect(stream.destroyed).toBe(true);
  expect(failed).toHaveBeenCalledOnce();
});

it("nothing is sent after the credentials have ended, not even what was read before", async () => {
  let give: (events: readonly StreamedEvent[] | null) => void = () => {};
  streamOf(() => new Promise((resolve) => (give = resolve)), { authenticate: () => null });
  stream.read(0);
  await settle();
  give([event(1)]);
  await settle();
  stream.recheck();
  give([event(2)]);
  await settle();
  const text = read();
  expect(text).toContain("id: 1\n");
  expect(text).not.toContain("id: 2\n");
  expect(text).toContain('"code":"UNAUTHORIZED"');
});

it("a position is read as it was written, and nothing else is one", () => {
  const reached = { branch: "br_abc234", at: { seq: 5, scn: 0 }, part: 3 };
  for (const position of [
    { base: { seq: 0, scn: 12 }, window: null },
    { base: { seq: 1, scn: 2 }, window: { head: { seq: 9, scn: 99 }, reached } },
  ]) {
    expect(readPosition(writePosition(position))).toEqual(position);
  }
  for (const text of [
    "",
    "1",
    "1.2.3",
    "-1.2",
    "1.2-3.4",
    "1.2-3.4-x-1.2-0",
    "1.99999999999999999",
    `1.${"2".repeat(400)}`,
  ]) {
    expect(readPosition(text)).toBeNull();
  }
});
