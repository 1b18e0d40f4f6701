import { once } from "node:events";

/** Waits for a reader that is slower than the server, so that unread output does not accumulate here. */
export async function write(text: string): Promise<void> {
  if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
}
