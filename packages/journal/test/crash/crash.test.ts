import { expect, it } from "vitest";
import { CLONES } from "../../../engine/test/crash/scenarios/clones.js";
import { MERGES } from "../../../engine/test/crash/scenarios/merges.js";
import { RECORDS } from "../../../engine/test/crash/scenarios/records.js";
import { RESTORES } from "../../../engine/test/crash/scenarios/restores.js";
import { RETENTION } from "../../../engine/test/crash/scenarios/retention.js";
import { TRANSACTIONS } from "../../../engine/test/crash/scenarios/transactions.js";
import { TRANSFERS } from "../../../engine/test/crash/scenarios/transfers.js";
import { crashWithJournal } from "./crash.js";

const scenarios = [...CLONES, ...MERGES, ...RECORDS, ...RESTORES, ...RETENTION, ...TRANSACTIONS, ...TRANSFERS];
const all = scenarios.flatMap((scenario) =>
  scenario.crashes.map(([step, lands]) => ({ title: `${scenario.title}: ${step}`, scenario, step, lands })),
);

/** Some for every run of the tests; `npm run soak -- journal` takes them all. */
const EVERY = 16;
const chosen = process.env.SOAK_TIMES !== undefined ? all : all.filter((_, i) => i % EVERY === 5);

it.each(chosen)("the log goes on after a kill in a $title", ({ scenario, step, lands }) => {
  const { entries, states } = crashWithJournal(scenario, step, lands);
  expect(entries).toBeGreaterThan(1);
  expect(states).toBeGreaterThan(0);
});
