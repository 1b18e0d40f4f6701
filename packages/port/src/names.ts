const NOT_ASCII = /[^\0-\x7f]/;

/** Folds a name for comparison: SQLite folds only ASCII letters, so "É" and "é" are two names. */
export function foldName(name: string): string {
  return NOT_ASCII.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name.toLowerCase();
}

/** Whether two names of tables, columns and the like are the same. */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldName(a) === foldName(b));
}
