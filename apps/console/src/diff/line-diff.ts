/** One line of two texts side by side; null where only the other one has it. */
export interface LinePair {
  readonly line: number;
  readonly old: string | null;
  readonly now: string | null;
}

/** Lines beyond which texts are shown one after the other: the table of common lines grows with their product. */
const MOST = 1000;

/** Two texts side by side, with the lines that both have opposite each other. */
export function lineDiff(before: string, after: string): readonly LinePair[] {
  const old = before === "" ? [] : before.split("\n");
  const now = after === "" ? [] : after.split("\n");
  const pairs: (readonly [string | null, string | null])[] = [];
  const common = old.length > MOST || now.length > MOST ? null : commonLengths(old, now);
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) pairs.push([old[i++]!, now[j++]!]);
    else if (i < old.length && j < now.length && isReplaced(common, i, j)) pairs.push([old[i++]!, now[j++]!]);
    else if (j >= now.length || (i < old.length && (common?.[i + 1]?.[j] ?? 0) >= (common?.[i]?.[j + 1] ?? 0))) {
      pairs.push([old[i++]!, null]);
    } else pairs.push([null, now[j++]!]);
  }
  return pairs.map(([left, right], line) => ({ line, old: left, now: right }));
}

/** Whether neither line has a partner further down, so that they stand opposite each other. */
function isReplaced(common: readonly (readonly number[])[] | null, i: number, j: number): boolean {
  return common !== null && common[i + 1]![j + 1] === common[i]![j];
}

/** How many lines the rests of both texts have in common, by where they begin. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly (readonly number[])[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const [here, down, right] = [lengths[i]!, lengths[i + 1]![j]!, lengths[i]![j + 1]!];
      here[j] = old[i] === now[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(down, right);
    }
  }
  return lengths;
}
