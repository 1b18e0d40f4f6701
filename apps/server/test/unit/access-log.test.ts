import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AccessLog, type LoggedRequest } from "../../dist/http/logging/access-log.js";

const FACTS: LoggedRequest = {
  ...{ ids: {}, method: "GET", route: "/", operation: "x", brokenBy: null, elapsedMs: 1, identity: null },
  address: "127.0.0.1",
};
let lines: Record<string, unknown>[];
const logTo = (accessLog: boolean) =>
  new AccessLog(pino({ level: "info" }, { write: (text: string) => void lines.push(JSON.parse(text)) }), accessLog);

beforeEach(() => {
  lines = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
});
afterEach(() => vi.useRealTimers());

it("counts a crowd of refusals instead of writing a line for each, and tells the counts each second", () => {
  const log = logTo(false);
  for (let n = 0; n < 5000; n++) log.write(503, "OVERLOADED", () => FACTS);
  for (let n = 0; n < 20; n++) log.write(401, "UNAUTHORIZED", () => FACTS);
  expect(lines.length).toBe(100);
  vi.advanceTimersByTime(1000);
  expect(lines.slice(100).map(({ leftOut }) => leftOut)).toEqual([{ 401: 20, 503: 4900 }]);
  log.write(503, "OVERLOADED", () => FACTS);
  expect(lines.at(-1)).toMatchObject({ status: 503, level: 40 });
  vi.advanceTimersByTime(5000);
  expect(lines.length).toBe(102);
});

it("has a line for each internal error, and for all requests where they are wanted", () => {
  const some = logTo(false);
  for (let n = 0; n < 300; n++) some.write(500, "INTERNAL_ERROR", () => FACTS);
  expect(lines.length).toBe(300);
  const all = logTo(true);
  for (let n = 0; n < 300; n++) all.write(n % 2 === 0 ? 200 : 503, null, () => FACTS);
  expect(lines.length).toBe(600);
});
