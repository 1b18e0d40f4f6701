import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { baseSchema } from "./base.js";
import { changeOf } from "./changes.js";
import { contentsOfPlain } from "./contents.js";
import { Random } from "./random.js";
import { tablesOf } from "./schema.js";
import { World } from "./world.js";
import { writeTo } from "./writes.js";

export const RUNS = Number(process.env.MODEL_RUNS ?? 12);
const SEED = Number(process.env.MODEL_SEED ?? 20261121);
export const PATH = process.env.MODEL_PATH;
const REPORT = process.env.MODEL_REPORT;
const BRANCHES = ["main", "dev", "third"] as const;

interface Step {
  readonly branch: number;
  readonly seed: number;
}

const step: fc.Arbitrary<Step> = fc.record({ branch: fc.nat(1), seed: fc.noShrink(fc.nat(0x7fffffff)) });

/** Plays random schemas on two branches; gives how many merges went through. */
export function playDefinitions(runs = RUNS): number {
  let [merged, played] = [0, 0];
  fc.assert(
    fc.property(
      fc.noShrink(fc.nat(0x7fffffff)),
      fc.array(step, { minLength: 3, maxLength: 12, size: "max" }),
      fc.array(step, { minLength: 0, maxLength: 6, size: "max" }),
      (seed, steps, later) => {
        const world = new World();
        try {
          play(world, seed, steps, later);
          merged += world.merged;
        } catch (error) {
          // What was done until then, as statements.
          if (process.env.MODEL_TRACE)
            writeFileSync(process.env.MODEL_TRACE, `${world.trace.join("\n")}\n${(error as Error).stack}`);
          throw error;
        } finally {
          played += world.trace.length;
          if (REPORT !== undefined) writeFileSync(REPORT, JSON.stringify({ kind: "definitions", seed: SEED, played }));
          world.dispose();
        }
      },
    ),
    { numRuns: runs, seed: SEED, path: PATH, endOnFailure: process.env.MODEL_NO_SHRINK !== undefined },
  );
  return merged;
}

function play(world: World, seed: number, steps: readonly Step[], later: readonly Step[]): void {
  const random = new Random(seed);
  for (const sql of baseSchema(random)) world.commit("main", [sql]);
  for (const table of tablesOf(world.twin("main"))) {
    for (let i = 0; i < 5; i++) world.commit("main", [writeTo(random, table)]);
  }
  const base = contentsOfPlain(world.twin("main"));
  world.branch("dev", "main");
  world.branch("third", "main");
  for (const each of steps) playStep(world, each);
  world.checkPast(seed);
  const isMerged = world.merge("dev", "main", "manual", base) || world.merge("dev", "main", "source");
  if (!isMerged) return;
  for (const each of later) {
    const kind = each.seed % 4;
    if (kind === 0) world.merge("main", "third", "source");
    else if (kind === 1) world.merge("third", "dev", "target");
    else playStep(world, each);
  }
  world.merge("dev", "main", "manual") || world.merge("dev", "main", "source");
  world.checkPast(seed + 1);
  if (seed % 3 > 0) return;
  world.prune();
  for (const each of later) playStep(world, each);
  world.checkPast(seed + 2);
  world.merge("main", "third", "source");
}

function playStep(world: World, { branch, seed }: Step): void {
  const name = BRANCHES[branch]!;
  const random = new Random(seed);
  const kind = random.below(100);
  const commits = kind < 10 ? [] : changeOf(random, world.twin(name));
  if (kind < 6) world.restore(name, random.below(1000));
  else if (kind < 10) world.diff(name, random.below(0xffff));
  else if (kind < 15) world.upload(name, commits.flat());
  else for (const statements of commits) world.commit(name, statements);
}
