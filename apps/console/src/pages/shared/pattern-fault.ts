import { linesOf } from "../../util/glob.js";

const PATTERN = /^[A-Za-z0-9_*?-]{1,100}$/;

/** What is wrong with patterns of branches, one a line; null if nothing is. */
export function patternFault(text: string): string | null {
  const bad = linesOf(text).find((line) => !PATTERN.test(line));
  return bad === undefined ? null : `Expected names of branches, with * and ?, one a line. Got "${bad}".`;
}
