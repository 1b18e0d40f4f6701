import { isImage, type Operation, type Operations } from "./operation.js";
import type { PageSource } from "./page-source.js";

type Pages = Extract<Operation, { do: "pages" }>;

/**
 * Makes one entry of several, which leaves the same files: of a page that was written several times, only the last image
 * stays. Pages are not moved past anything else that happens to files.
 */
export function fold(entries: readonly Operations[]): Operations {
  const folded: Operation[] = [];
  for (const operation of entries.flat()) {
    const before = operation.do === "pages" ? lastPages(folded, operation) : -1;
    if (before < 0) folded.push(operation);
    else folded[before] = later(folded[before] as Pages, operation as Pages);
  }
  return folded;
}

/** The place of pages of the same file since which nothing but images was written. */
function lastPages(operations: Operations, { file, pageSize }: Pages): number {
  for (let i = operations.length - 1; i >= 0; i--) {
    const each = operations[i]!;
    if (!isImage(each)) return -1;
    if (each.file !== file) continue;
    return each.do === "pages" && each.pageSize === pageSize ? i : -1;
  }
  return -1;
}

function later(first: Pages, second: Pages): Pages {
  return { ...second, pages: new FoldedPages(first.pages, second.pages, Math.min(first.size, second.size)) };
}

/** The pages of two entries. What the first one wrote beyond the end of either file is gone. */
class FoldedPages implements PageSource {
  readonly numbers: readonly number[];
  private readonly second: ReadonlySet<number>;

  constructor(
    private readonly older: PageSource,
    private readonly newer: PageSource,
    end: number,
  ) {
    this.second = new Set(newer.numbers);
    const kept = older.numbers.filter((number) => number <= end && !this.second.has(number));
    this.numbers = [...kept, ...newer.numbers].sort((a, b) => a - b);
  }

  read(number: number): Uint8Array {
    return (this.second.has(number) ? this.newer : this.older).read(number);
  }
}
