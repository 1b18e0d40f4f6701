import { setTimeout as sleep } from "node:timers/promises";
import { call } from "../../support/http.js";
import type { Load } from "./load.js";
import { FENCED, type Pair, type Place } from "./pair.js";
import type { Way } from "./schedule.js";
import type { FailingStore } from "./store.js";

/** Nodes that are out of reach of their store stay so beyond their lease. */
const OUT_OF_REACH_MS = 2000;

/** What a fault is made on. */
export interface Target {
  readonly store: FailingStore;
  readonly pair: Pair;
  readonly load: Load;
}

/** Makes a fault, and mends it; resolves to the time until a write was acknowledged that was sent after it, in ms. */
type Fault = (on: Target) => Promise<number>;

export const FAULTS: Readonly<Record<Way, Fault>> = {
  async killed({ pair, load }) {
    const { active } = pair;
    const wait = firstAcknowledged(load);
    await active.node.kill();
    return takenOver(pair, await wait);
  },

  async frozen({ pair, load }) {
    const { active, standby } = pair;
    active.node.signalGroup("SIGSTOP");
    const ms = await firstAcknowledged(load);
    await standby.node.isActive();
    // Whoever asks the frozen one waits.
    await load.goesOn(5);
    active.node.signalGroup("SIGCONT");
    await hasCode(active, FENCED);
    return takenOver(pair, ms);
  },

  async stopped({ pair, load }) {
    const from = performance.now();
    // Requests that it has still taken count for it.
    await hasCode(pair.active, 0, await pair.active.node.stop());
    await load.acknowledges(performance.now());
    return takenOver(pair, performance.now() - from);
  },

  async "store's primary killed"({ store, load }) {
    await store.isWhole();
    await store.killPrimary();
    return firstAcknowledged(load);
  },

  async "store's machine lost"({ store, pair, load }) {
    await store.isWhole();
    let wait = Promise.resolve(0);
    // Nobody hears that it has gone.
    const port = await store.machines!.lose((at) => {
      for (const { links } of pair.both) links.cut(at);
      wait = firstAcknowledged(load);
    });
    const ms = await wait;
    await load.goesOn();
    store.machines!.bringBack();
    for (const { links } of pair.both) links.mend(port);
    await load.goesOn();
    await store.isWhole();
    return ms;
  },

  async "store out of reach"({ pair, load }) {
    const { active, standby } = pair;
    active.links.cut();
    const ms = await firstAcknowledged(load);
    await standby.node.isActive();
    await refuses(active);
    await load.goesOn();
    active.links.mend();
    await hasCode(active, FENCED);
    return takenOver(pair, ms);
  },

  async "store out of reach of all"({ pair, load }) {
    for (const { links } of pair.both) links.cut();
    for (const each of pair.both) await refuses(each);
    await sleep(OUT_OF_REACH_MS);
    for (const { links } of pair.both) links.mend();
    return firstAcknowledged(load);
  },
};

async function firstAcknowledged(load: Load): Promise<number> {
  const from = performance.now();
  await load.acknowledges(from);
  return performance.now() - from;
}

/** The other node serves, and this one comes back as a standby. */
async function takenOver(pair: Pair, ms: number): Promise<number> {
  await pair.standby.node.isActive();
  await pair.restart(pair.active);
  return ms;
}

async function refuses({ node }: Place): Promise<void> {
  await node.until(async () => {
    const { status, body } = await call(node, "POST", "/v1/branches/main/query", { sql: "SELECT 1" });
    return status === 503 && body.code === "NOT_ACTIVE";
  });
}

async function hasCode({ name, node }: Place, expected: number, code?: number | string): Promise<void> {
  const ended = code ?? (await node.ended());
  if (ended !== expected) throw new Error(`The node ${name} ended with ${ended}, not ${expected}:\n${node.output}`);
}
