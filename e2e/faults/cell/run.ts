import { randomUUID } from "node:crypto";
import { execute } from "../../support/http.js";
import { IS_SOAK } from "../times.js";
import { differencesFromStore, namesIn } from "./checks.js";
import { FAULTS } from "./faults.js";
import { Load } from "./load.js";
import { Outcomes } from "./outcomes.js";
import { Pair, type Place } from "./pair.js";
import type { Way } from "./schedule.js";
import type { FailingStore } from "./store.js";
import { Waits } from "./waits.js";

/** A wait that is longer is explained. */
const LONG_MS = 20_000;

/** What a cell did under faults. */
export interface Report {
  /** Rows that were acknowledged and are not there. */
  readonly lost: readonly string[];
  /** Rows that a reader saw and that are not there. */
  readonly gone: readonly string[];
  /** Rows that are there more than once. */
  readonly twice: readonly string[];
  /** Answers that nobody should get. */
  readonly wrong: readonly string[];
  /** The epoch after each fault. */
  readonly epochs: readonly number[];
  /** How the nodes ended when they were stopped. */
  readonly ends: readonly (number | string)[];
  /** What differs between the active node's folder and one that is made from the store. */
  readonly differences: readonly string[];
  readonly figures: Readonly<Record<string, string | number>>;
}

/** Makes faults of a cell under load, one after the other, and looks at what is there afterwards. */
export async function underFaults(store: FailingStore, ways: readonly Way[]): Promise<Report> {
  const cell = randomUUID();
  const pair = await Pair.start(store, cell);
  const outcomes = new Outcomes();
  const waits = new Waits();
  const epochs: number[] = [];
  let load: Load | null = null;
  try {
    await execute(pair.active.node, "main", "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
    load = new Load(() => pair.both.map(({ name, node: { url } }) => ({ name, url })), outcomes);
    for (const [i, way] of ways.entries()) {
      await load.goesOn();
      outcomes.reset();
      const ms = await FAULTS[way]({ store, pair, load });
      waits.add(way, ms);
      const heard = ms > LONG_MS ? `: ${outcomes}\n${pair.both.map(said).join("\n")}` : "";
      if (IS_SOAK) console.log(`${i + 1} of ${ways.length}, ${way}: ${(ms / 1000).toFixed(1)} s${heard}`);
      await pair.settle();
      const [row] = await store.run("SELECT epoch FROM helios.cell WHERE name = $1", [cell]);
      epochs.push(Number(row!.epoch));
    }
    await load.goesOn();
    await load.stop();
    const { active, standby } = pair;
    const names = await namesIn(active.node);
    const there = new Set(names);
    // Nobody takes over, so the logs end with what this one has left.
    const ends = [await standby.node.stop(), await active.node.stop()];
    const urls = store.ports.map((port) => store.urlAt(port));
    return {
      lost: load.acknowledged.filter((name) => !there.has(name)),
      gone: [...load.seen].filter((name) => !there.has(name)),
      // Last, since it empties the set.
      twice: names.filter((name) => !there.delete(name)),
      ...{ wrong: load.wrong, epochs, ends },
      differences: await differencesFromStore(urls, cell, active.node.dataDir),
      figures: { ...waits.figures(), "rows acknowledged": load.acknowledged.length, "rows seen": load.seen.size },
    };
  } finally {
    await load?.stop();
    await pair.remove();
  }
}

/** The last that a node wrote, with times. */
function said({ name, node }: Place): string {
  return `${name}: ${node.output.slice(-1000)}`;
}
