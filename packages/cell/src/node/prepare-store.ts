import { connectToPrimary, createStore } from "@heliosdb/store";

/** Makes the tables of a store that has none yet. Rejects for a store that can't be reached, or of another release. */
export async function prepareStore(urls: readonly string[]): Promise<void> {
  const client = await connectToPrimary(urls);
  try {
    await createStore(client);
  } finally {
    await client.end().catch(() => {});
  }
}
