import { expect } from "vitest";

/** A number that an implementation may choose, such as a size. */
// biome-ignore lint/suspicious/noExplicitAny: an asymmetric matcher stands where any type is expected.
export const NUMBER: any = expect.any(Number);

/** Data of an error about the readable history. */
export const READABLE = {
  earliest: expect.stringMatching(/Z$/),
  latest: expect.stringMatching(/Z$/),
  earliest_scn: NUMBER,
  latest_scn: NUMBER,
};

/** Microseconds since 1970, in this century: seconds and milliseconds are too small. */
// biome-ignore lint/suspicious/noExplicitAny: an asymmetric matcher stands where any type is expected.
export const TIME: any = {
  asymmetricMatch: (other: unknown) => Number.isSafeInteger(other) && Number(other) > 1.5e15 && Number(other) < 1e16,
  toString: () => "Time",
  toAsymmetricMatcher: () => "Time<µs since 1970>",
  $$typeof: Symbol.for("jest.asymmetricMatcher"),
};
