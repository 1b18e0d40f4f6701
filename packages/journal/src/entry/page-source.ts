/** Images of some pages of one file, numbered from 1. */
export interface PageSource {
  /** In ascending order. */
  readonly numbers: readonly number[];
  read(number: number): Uint8Array;
}

/** Pages in memory. */
export function pagesInMemory(pages: ReadonlyMap<number, Uint8Array>): PageSource {
  const numbers = [...pages.keys()].sort((a, b) => a - b);
  return { numbers, read: (number) => pages.get(number)! };
}
