import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { FAILPOINTS } from "../../src/util/failpoint.js";
import { CLONES } from "./scenarios/clones.js";
import { CREATION } from "./scenarios/creation.js";
import { MERGES } from "./scenarios/merges.js";
import { RECORDS } from "./scenarios/records.js";
import { RESTORES } from "./scenarios/restores.js";
import { RETENTION } from "./scenarios/retention.js";
import { TRANSACTIONS } from "./scenarios/transactions.js";
import { TRANSFERS } from "./scenarios/transfers.js";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));

it("has each step crashed at by some test", () => {
  const scenarios = [...CLONES, ...MERGES, ...RECORDS, ...RESTORES, ...RETENTION, ...TRANSACTIONS, ...TRANSFERS];
  const steps = scenarios.flatMap(({ crashes }) => crashes.map(([step]) => step.split(":")[0]));
  expect([...new Set([...steps, ...CREATION])].sort()).toEqual([...FAILPOINTS].sort());
});

it("has each step in the sources", () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const calls = files.flatMap((name) => [
    ...readFileSync(`${SOURCES}/${name}`, "utf8").matchAll(/\bfailpoint\("([^"]+)"\)/g),
  ]);
  expect([...new Set(calls.map(([, name]) => name))].sort()).toEqual([...FAILPOINTS].sort());
});
