import { expect } from "vitest";

/** How many requests a server has in hand, beside the one that asks. */
export async function inFlight(url: URL | string): Promise<number> {
  const page = await (await fetch(new URL("/metrics", url))).text();
  return Number(/^heliosdb_http_requests_in_flight (\d+)$/m.exec(page)![1]) - 1;
}

/** Waits until a server has so many requests in hand. They must take far longer than asking does. */
export async function untilInFlight(url: URL | string, count: number): Promise<void> {
  await expect.poll(() => inFlight(url), { interval: 2 }).toBe(count);
}
