/** What is wrong with the name of a new branch; null if nothing is. */
export function nameFault(name: string, taken: readonly string[]): string | null {
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(name)) {
    return "Expected letters, digits, hyphens and underscores, at most 100, with a letter or a digit first.";
  }
  return taken.includes(name) ? `There is a branch ${name} already.` : null;
}
