import { connectionError } from "./connection-error.js";
import type { Patience } from "./patience.js";
import type { ByteStream } from "./platform.js";

/** The bytes of a response as they arrive. Leaving the loop early cancels the response. */
export async function* bytesOf(
  body: ByteStream | null,
  url: string,
  patience: Patience,
  signal: AbortSignal | undefined,
  method = "GET",
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of chunksOf(body)) {
      // The caller may take any time with a part.
      patience.end();
      yield chunk;
      patience.renew();
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw connectionError(error, patience.ranOut, { method, url });
  } finally {
    patience.end();
  }
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(body: ByteStream | null): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body?.getReader();
  if (!reader) return;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value!;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
