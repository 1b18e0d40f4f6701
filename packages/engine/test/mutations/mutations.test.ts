import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileAll, makeMutant, play, removeMutants } from "./mutants.js";
import { MUTATIONS } from "./mutations.js";

beforeAll(compileAll);
afterAll(removeMutants);

describe("the model finds out when", () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
    "%s",
    async (_, mutation) => {
      const { code, output } = await play(makeMutant(mutation), mutation);
      expect(output).toMatch(/Property failed after \d+ tests/);
      // Found by what it does, and not because it can't run at all.
      expect(/\[cause\]: (\w+)/.exec(output)?.[1]).not.toMatch(/^(Type|Syntax|Reference)Error$/);
      expect(code).toBe(1);
    },
    300_000,
  );
});
