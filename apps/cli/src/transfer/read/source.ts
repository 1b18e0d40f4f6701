/** Rows of a file, in order. */
export interface Rows {
  /** The values of each row, in the order of the source's columns. */
  readonly values: readonly (readonly unknown[])[];
  /** Where each row begins in the file, counted from 1. */
  readonly places: readonly number[];
  /** Why a row can't be used, by its index; its values are then for people only. */
  readonly problems: ReadonlyMap<number, string>;
  /** How far the file has been read, in the unit of `size`. */
  readonly read: number;
  /** The file can't be read further. The rows before are whole. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly place: number;
  readonly message: string;
}

/** A file that is read row by row. */
export interface Source {
  /** What the values are: texts whose types their columns decide, or values with types of their own. */
  readonly values: "texts" | "typed";
  /** What is counted in places: lines of the file, or its records. */
  readonly unit: "line" | "record";
  /** For progress; null if it is not known. */
  readonly size: number | null;
  readonly columns: readonly string[];
  /** Whether the names of the columns are the file's or the user's own, and not made up. */
  readonly isNamed: boolean;
  /** Types that the file itself declares, by column. */
  readonly types: ReadonlyMap<string, string>;
  /** To be read once. */
  rows(): AsyncIterable<Rows>;
  /** A row as it is kept in a file of bad lines; `head` comes first in such a file. */
  readonly badLines: { readonly head: string; line(values: readonly unknown[]): string };
}

/** Rows that are read ahead, in order to guess types from them. */
const SAMPLE = { rows: 10_000, read: 4 * 1024 * 1024 };

/** The first rows of an iterator, and all rows again. */
export async function peek<T extends { readonly read: number }>(
  all: AsyncIterator<T>,
  count: (part: T) => number,
): Promise<{ first: readonly T[]; again: () => AsyncGenerator<T, void, undefined> }> {
  const first: T[] = [];
  let ended = false;
  for (let rows = 0; rows < SAMPLE.rows && (first.at(-1)?.read ?? 0) < SAMPLE.read; ) {
    const next = await all.next();
    ended = next.done === true;
    if (next.done) break;
    first.push(next.value);
    rows += count(next.value);
  }
  async function* again(): AsyncGenerator<T, void, undefined> {
    // Each part is let go as it is read.
    for (let part = first.shift(); part; part = first.shift()) yield part;
    while (!ended) {
      const next = await all.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { first: [...first], again };
}
