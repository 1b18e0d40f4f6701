interface Step {
  readonly kind: "any text" | "one" | "literal";
  readonly char: string;
}

/**
 * Whether a name fits a LIKE pattern: `%` is any text, `_` one character, `\` before either makes it itself. Letter case
 * doesn't matter. Takes as many steps as both lengths multiplied, at most.
 */
export function isLike(name: string, pattern: string): boolean {
  const chars = [...name.toLowerCase()];
  const steps = stepsOf(pattern.toLowerCase());
  let [at, step, lastAny, taken] = [0, 0, -1, 0];
  while (at < chars.length) {
    const wanted = steps[step];
    if (wanted?.kind === "any text") {
      lastAny = step++;
      taken = at;
    } else if (wanted && (wanted.kind === "one" || wanted.char === chars[at])) {
      at++;
      step++;
    } else if (lastAny >= 0) {
      // The last `%` takes one character more.
      step = lastAny + 1;
      at = ++taken;
    } else {
      return false;
    }
  }
  return steps.slice(step).every(({ kind }) => kind === "any text");
}

function stepsOf(pattern: string): Step[] {
  const chars = [...pattern];
  const steps: Step[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i]!;
    if (char === "%") steps.push({ kind: "any text", char });
    else if (char === "_") steps.push({ kind: "one", char });
    else steps.push({ kind: "literal", char: char === "\\" ? (chars[++i] ?? char) : char });
  }
  return steps;
}
