import { HeliosError } from "@heliosdb/port";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TwoSides } from "../merge/semantics/two-sides.js";
import { UNLIMITED } from "../support/unlimited.js";
import { SCHEMA, type SchemaStep, schemaChange, statementsOf } from "./schema-changes.js";

const RUNS = Number(process.env.MODEL_RUNS ?? 40);
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
const BRANCHES = ["main", "dev", "third"] as const;

/** A text that names a column which the other side dropped can't be taken over, nor can the only column be dropped. */
const ONE_WAY = /no such column|cannot drop column/;

/**
 * Schemas merge without a model of their own: what holds is that a merge gives the same whichever side it goes into,
 * that merging back then changes nothing, and that every state stays readable as it was when it was made.
 */
it(
  "merges of schemas and rows give the same in both directions, and leave the past as it was",
  () => {
    let merged = 0;
    fc.assert(
      fc.property(fc.array(schemaChange, { minLength: 4, maxLength: 30, size: "max" }), (steps) => {
        const sides = new TwoSides();
        try {
          sides.base(...SCHEMA);
          sides.db.branch("third");
          const states = play(sides, steps);
          if (checkBothWays(sides)) merged++;
          for (const { branch, scn, contents } of states) {
            expect({ branch, scn, contents: sides.contents(branch, { kind: "scn", scn }) }).toEqual({
              branch,
              scn,
              contents,
            });
          }
        } finally {
          sides.dispose();
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
    );
    expect(merged).toBeGreaterThan(RUNS / 3);
  },
  UNLIMITED,
);

interface State {
  readonly branch: string;
  readonly scn: number;
  readonly contents: unknown;
}

/** Plays the steps; those that SQL or a merge refuses are skipped. Gives every state that came of one. */
function play(sides: TwoSides, steps: readonly SchemaStep[]): State[] {
  const states: State[] = [];
  for (const step of steps) {
    const branch = BRANCHES[step.branch]!;
    const other = BRANCHES[(step.branch + 1 + (step.a % 2)) % 3]!;
    const statements = statementsOf(step);
    let scn = 0;
    const refused = refusal(() => {
      const strategy = step.b % 2 === 0 ? "source" : "manual";
      scn = (statements ? sides.db.execute(branch, ...statements) : sides.db.merge(other, branch, strategy)).scn;
    });
    if (refused === null) states.push({ branch, scn, contents: sides.contents(branch) });
  }
  return states;
}

/** Merges dev into main, and a copy of main into a copy of dev; says whether both went through. */
function checkBothWays(sides: TwoSides): boolean {
  const { db } = sides;
  db.branch("dev-2", "dev");
  db.branch("main-2", "main");
  const merge = (source: string, target: string) => refusal(() => db.merge(source, target, "manual"));
  const [there, back] = [merge("dev", "main"), merge("main-2", "dev-2")];
  if (there !== null || back !== null) {
    if (there === null || back === null) expect(there ?? back).toMatch(ONE_WAY);
    return false;
  }
  const result = sides.contents("main");
  expect(sides.contents("dev-2")).toEqual(result);
  for (const branch of ["dev", "dev-2"]) {
    expect(merge("main", branch)).toBeNull();
    expect(sides.contents(branch)).toEqual(result);
  }
  expect(db.merge("dev-2", "main", "manual").merged).toBe(0);
  expect(sides.contents("main")).toEqual(result);
  return true;
}

/** What a HeliosError says; null where none was thrown. */
function refusal(call: () => unknown): string | null {
  try {
    call();
    return null;
  } catch (error) {
    if (error instanceof HeliosError) return error.message;
    throw error;
  }
}
