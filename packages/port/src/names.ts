const NOT_ASCII = /[^\0-\x7f]/;

/** A name as it is compared: SQLite folds ASCII letters and no others, so "É" and "é" are two names. */
export function foldName(name: string): string {
  return NOT_ASCII.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name.toLowerCase();
}

/** Whether two names of tables, columns and the like mean the same thing. */
export function sameName(a: string, b: string): boolean {
  return a === b || (a.length === b.length && foldName(a) === foldName(b));
}
