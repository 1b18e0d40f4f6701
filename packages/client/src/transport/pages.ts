/** One page of a longer list. */
interface Page {
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

/** Every entry of a list that comes by pages, each page asked for when the one before has been used up. */
export async function* entriesOf<P extends Page, E>(
  page: (cursor: string | undefined) => Promise<P>,
  entries: (page: P) => readonly E[],
  first?: string,
): AsyncGenerator<E, void, undefined> {
  let cursor = first;
  do {
    const one = await page(cursor);
    yield* entries(one);
    cursor = one.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
