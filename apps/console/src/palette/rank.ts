/**
 * How well a name fits what was typed: the characters in order, better at the start of words and next to each other. Null
 * where they are not all there.
 */
export function score(typed: string, name: string): number | null {
  const wanted = typed.toLowerCase().replace(/\s+/g, "");
  if (wanted === "") return 0;
  const text = name.toLowerCase();
  const whole = text.indexOf(wanted);
  if (whole !== -1) return 1000 - whole - text.length / 100 + (isStart(name, whole) ? 100 : 0);
  let points = 0;
  let at = -1;
  for (const character of wanted) {
    const next = text.indexOf(character, at + 1);
    if (next === -1) return null;
    points += (isStart(name, next) ? 10 : 0) + (next === at + 1 ? 5 : 0) - (next - at) / 10;
    at = next;
  }
  return points;
}

/** The entries that fit, best first; those that fit alike stay in their order. */
export function ranked<T>(
  typed: string,
  entries: readonly T[],
  nameOf: (entry: T) => string,
  most: number,
): readonly T[] {
  return entries
    .map((entry, order) => ({ entry, order, points: score(typed, nameOf(entry)) }))
    .filter((each): each is typeof each & { points: number } => each.points !== null)
    .sort((a, b) => b.points - a.points || a.order - b.order)
    .slice(0, most)
    .map(({ entry }) => entry);
}

function isStart(name: string, at: number): boolean {
  return at === 0 || /[^\p{L}\p{N}]/u.test(name[at - 1]!) || /\p{Ll}\p{Lu}/u.test(name.slice(at - 1, at + 1));
}
