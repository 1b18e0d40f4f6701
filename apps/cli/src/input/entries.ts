/** The first entries of a list, and whether there are more. */
export async function takeUpTo<T>(limit: number, all: AsyncIterable<T>): Promise<{ entries: T[]; more: boolean }> {
  const entries: T[] = [];
  for await (const entry of all) {
    if (entries.length === limit) return { entries, more: true };
    entries.push(entry);
  }
  return { entries, more: false };
}
