import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BranchChange } from "@heliosdb/port";
import { describe, expect, it } from "vitest";
import { pauseMs } from "../../dist/webhooks/delivery/retry.js";
import { newSecret, signedHeaders } from "../../dist/webhooks/delivery/signature.js";
import { Slots } from "../../dist/webhooks/delivery/slots.js";
import { eventsOf } from "../../dist/webhooks/model/event.js";
import { filterFor, wants } from "../../dist/webhooks/model/filter.js";
import { AddressPolicy } from "../../dist/webhooks/target/address-policy.js";

const commit = (scn: number): BranchChange => ({
  ...{ kind: "committed", commit: "merge", branch: { id: "br_a", name: "main" }, timestamp: 1.7e15, scn },
  ...{ position: { seq: 3, scn }, author: "ann", message: null },
  tables: ["t", "u"].map((table) => ({ table, inserted: 1, updated: 2, deleted: 3 })),
  merged: { id: "br_b", name: "dev", scn: 4 },
});

it("the events of a change have ids that follow from the change", () => {
  const events = eventsOf(commit(36));
  expect(events.map(({ id, event }) => `${id} ${event}`)).toEqual([
    "evt_a_c10_0 branch.merged",
    "evt_a_c10_1 branch.data_changed",
    "evt_a_c10_2 branch.data_changed",
  ]);
  expect(eventsOf(commit(36))).toEqual(events);
});

it("the filter in force when a change happened decides", () => {
  const of = (seq: number, scn: number, branches: string[]) => ({
    from: { seq, scn },
    events: ["branch.merged" as const],
    branches,
  });
  const filters = [of(1, 10, ["a"]), of(2, 20, ["dev"]), of(3, 30, [])];
  expect([5, 11, 20, 21, 31].map((scn) => filterFor(filters, commit(scn)).branches)).toEqual([
    ["a"],
    ["a"],
    ["a"],
    ["dev"],
    [],
  ]);
  const [merged, rows] = eventsOf(commit(25));
  expect([wants(filters[0]!, merged!), wants(filters[1]!, merged!), wants(filters[2]!, rows!)]).toEqual([
    false,
    true,
    false,
  ]);
});

it("pauses double, up to about an hour, and never all end at once", () => {
  for (const [attempts, full] of [
    [1, 5_000],
    [2, 10_000],
    [4, 40_000],
    [50, 3_600_000],
  ] as const) {
    const pauses = Array.from({ length: 50 }, () => pauseMs(attempts, 5_000));
    for (const pause of pauses) expect(Math.abs(pause - full)).toBeLessThanOrEqual(full / 4 + 1);
    expect(new Set(pauses).size).toBeGreaterThan(10);
  }
});

it("signs with HMAC-SHA256 over id, time and body, once for each secret", () => {
  const secrets = [newSecret(), newSecret()];
  const body = JSON.stringify({ id: "evt_1", text: "für 🐘" });
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    return `v1,${createHmac("sha256", key).update(`evt_1.1700000000.${body}`).digest("base64")}`;
  });
  expect(signedHeaders(secrets, "evt_1", body, 1_700_000_000)).toEqual({
    "webhook-id": "evt_1",
    "webhook-timestamp": "1700000000",
    "webhook-signature": signatures.join(" "),
  });
});

it("slots are given in the order in which they were asked for, and never more than there are", async () => {
  const slots = new Slots(2);
  const order: number[] = [];
  let [inUse, most] = [0, 0];
  const tasks = Array.from({ length: 8 }, async (_, n) => {
    const giveBack = await slots.take();
    order.push(n);
    most = Math.max(most, ++inUse);
    await sleep(1);
    inUse--;
    giveBack();
  });
  await Promise.all(tasks);
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(2);
});

describe("addresses", () => {
  it("are allowed where they are public, or named by the configuration", () => {
    const policy = new AddressPolicy(["10.1.0.0/16", "fd00::/8", "Hooks.Internal"]);
    const allowed = (address: string) => policy.allowsAddress(address);
    for (const one of ["8.8.8.8", "10.1.2.3", "::ffff:10.1.2.3", "fd12::1", "2606:4700::1"])
      expect(allowed(one)).toBe(true);
    for (const one of ["10.2.0.1", "::ffff:8.8.8.8", "::ffff:10.2.0.1", "fe80::1%eth0", "::1", "100.64.0.1", "", "x"]) {
      expect(allowed(one)).toBe(false);
    }
    expect(policy.allowsHost("hooks.internal")).toBe(true);
    expect(policy.allowsHost("other.internal")).toBe(false);
  });
});
