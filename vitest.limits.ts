/**
 * How long a test, a hook and a poll may take, in milliseconds. Only one that hangs takes so long: none of these says
 * how fast anything is, so they hold on a machine that is many times slower, too.
 */
export const LIMITS = {
  testTimeout: 900_000,
  hookTimeout: 900_000,
  expect: { poll: { timeout: 120_000 } },
};
