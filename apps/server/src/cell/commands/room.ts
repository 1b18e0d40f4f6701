/** Says which folder has no room, and nothing of the files in it. */
export async function withRoom<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (/\bENOSPC\b/.test(String(error))) throw new Error(`there is not enough room in ${folder}`);
    throw error;
  }
}
