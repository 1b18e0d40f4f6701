/** One page of a longer list. */
interface Page {
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

/** Every entry of a paginated list; each page is requested when the previous one has been read. */
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
