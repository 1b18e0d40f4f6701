/** A name as it is compared: SQLite folds ASCII letters and no others, so "É" and "é" are two names. */
export function foldName(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Whether two names of tables, columns and the like mean the same thing. */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldName(a) === foldName(b));
}
