import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileAll, makeMutant, placeOf, play, removeMutants } from "./mutants.js";
import { MUTATIONS } from "./mutations.js";

/** One in eight, for every run of the tests; `npm run mutations` tries them all. */
const chosen = process.env.MUTATIONS === "all" ? MUTATIONS : MUTATIONS.filter((_, index) => index % 12 === 0);

beforeAll(compileAll);
afterAll(removeMutants);

it.each(MUTATIONS)("there is a place in the sources where $name", (mutation) => {
  expect(placeOf(mutation).text).toContain(mutation.find);
});

describe("the model finds out when", () => {
  it.each(chosen.map((mutation) => [mutation.name, mutation] as const))("%s", async (_, mutation) => {
    const { code, output } = await play(makeMutant(mutation), mutation);
    expect(output).toMatch(/Property failed after \d+ tests/);
    // Found by what it does, and not because it can't run at all.
    expect(/\[cause\]: (\w+)/.exec(output)?.[1]).not.toMatch(/^(Type|Syntax|Reference)Error$/);
    expect(code).toBe(1);
  });
});
