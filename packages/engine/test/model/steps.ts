import type { MergeRequest } from "@heliosdb/port";
import fc from "fast-check";
import type { WriteStep } from "./cast.js";
import { KINDS } from "./kinds/kinds.js";

/** One step of a history. Numbers choose among what there is at the time, so that any part of a history is one. */
export type Step =
  | { readonly do: "write"; readonly branch: number; readonly statements: readonly WriteStep[] }
  | { readonly do: "branch"; readonly parent: number; readonly past: number | null; readonly follows: boolean }
  | {
      readonly do: "merge";
      readonly source: number;
      readonly target: number;
      readonly strategy: MergeRequest["strategy"];
    }
  | { readonly do: "restore"; readonly branch: number; readonly past: number; readonly dryRun: boolean }
  | { readonly do: "reset"; readonly branch: number; readonly past: number | null }
  | { readonly do: "delete"; readonly branch: number }
  | { readonly do: "undelete"; readonly branch: number }
  | { readonly do: "snapshot"; readonly branch: number; readonly past: number }
  | { readonly do: "diff"; readonly from: number; readonly to: number; readonly past: number }
  | { readonly do: "asOf"; readonly branch: number; readonly pasts: readonly number[]; readonly seed: number }
  | { readonly do: "rows"; readonly branch: number; readonly table: number; readonly key: number }
  /** Rows as objects: `key` says which row, `other` what is said of it. */
  | { readonly do: "upsert"; readonly branch: number; readonly key: number; readonly other: number }
  /** A branch is downloaded, changed where nothing holds references to what they promise, and loaded again. */
  | { readonly do: "load"; readonly branch: number; readonly key: number }
  | { readonly do: "prune" }
  | { readonly do: "reopen" }
  | { readonly do: "crash" };

const branch = fc.nat(9);
const past = fc.nat(50);

/** Of a hundred statements, so many change the schema. */
function write(ddl: number): fc.Arbitrary<Step> {
  const statement = fc.record({
    ddl: fc.nat(99).map((n) => n < ddl),
    kind: fc.nat(9999),
    key: fc.nat(7),
    other: fc.nat(7),
    bound: fc.boolean(),
  });
  const statements = fc.array(statement, { minLength: 1, maxLength: 3 });
  return fc.record({ do: fc.constant("write" as const), branch, statements });
}

const among = process.env.MODEL_AMONG?.split(",");

/** The tables of a history, by their numbers: few, so that much happens to each. MODEL_AMONG names them for all. */
export const chosen: fc.Arbitrary<number[]> = among
  ? fc.constant(among.map((each) => KINDS.findIndex(({ name }) => name === each)))
  : fc.uniqueArray(fc.nat(KINDS.length - 1), { minLength: 3, maxLength: 5 });

const merge: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("merge" as const),
  source: branch,
  target: branch,
  strategy: fc.constantFrom("auto" as const, "source" as const, "target" as const, "manual" as const),
});

/** What histories of rows and histories of schemas have in common. */
const common: { weight: number; arbitrary: fc.Arbitrary<Step> }[] = [
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("branch" as const),
      parent: branch,
      past: fc.option<number>(past, { freq: 2 }),
      follows: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("restore" as const), branch, past, dryRun: fc.nat(3).map((n) => n === 0) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("reset" as const), branch, past: fc.option<number>(past) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("undelete" as const), branch }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("snapshot" as const), branch, past }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("prune" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
];

const asOf: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("asOf" as const),
  branch,
  pasts: fc.oneof(
    { weight: 4, arbitrary: fc.array(past, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(past, { minLength: 11, maxLength: 12, size: "max" }) },
  ),
  seed: fc.nat(),
});

/** Steps on one schema: merges, and all that reads rows by their keys. */
export const rowStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 60, arbitrary: write(0) },
  { weight: 14, arbitrary: merge },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("diff" as const), from: branch, to: branch, past }) },
  { weight: 3, arbitrary: asOf },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("upsert" as const), branch, key: fc.nat(7), other: fc.nat(7) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("load" as const), branch, key: fc.nat(7) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("rows" as const), branch, table: fc.nat(9), key: fc.nat(7) }),
  },
  ...common,
);

/** Steps with changes to the schema, without merges: the model's merge knows one schema only. */
export const schemaStep: fc.Arbitrary<Step> = fc.oneof({ weight: 70, arbitrary: write(35) }, ...common);
