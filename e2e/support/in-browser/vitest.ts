import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { restoreAllMocks, spyOn } from "@vitest/spy";

/** What test files import from vitest, in a browser's page: its own runner and matchers, without its processes. */
export { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "@vitest/runner";

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

const globals = globalThis as Record<symbol, unknown>;
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
);
globals[GLOBAL_EXPECT] = expect;
setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null }, expect as never);

/** Every 20 ms for up to 5 s. */
async function waitFor(check: () => void): Promise<void> {
  for (let left = 250; ; left--) {
    try {
      return check();
    } catch (error) {
      if (left === 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const vi = { restoreAllMocks, spyOn, waitFor };
