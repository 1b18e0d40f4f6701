/** What the values of rows are, in columns whose type the server sends. */
export interface ValueForms {
  /**
   * Integers: `number` throws a RangeError for one beyond 2^53 − 1, `bigint` and `string` are exact for all. Default: a
   * number, or beyond 2^53 − 1 a decimal text.
   */
  readonly integers?: "number" | "bigint" | "string";
  /** Values of columns declared BLOB: `bytes` is a Uint8Array. Default `base64`, a text. */
  readonly blobs?: "base64" | "bytes";
}

const WORDS = { integers: ["number", "bigint", "string"], blobs: ["base64", "bytes"] } as const;

/** Throws a TypeError for other words, which would otherwise change nothing. */
export function formsOf({ integers, blobs }: ValueForms): ValueForms {
  for (const [name, value] of Object.entries({ integers, blobs })) {
    const words: readonly string[] = WORDS[name as keyof typeof WORDS];
    if (value === undefined || words.includes(value)) continue;
    throw new TypeError(`Invalid ${name} ${JSON.stringify(value)}. Expected one of ${words.join(", ")}.`);
  }
  return { integers, blobs };
}
