import { writeSync } from "node:fs";
import type { Socket } from "node:net";

/** Longer texts may not fit into what the system keeps of a socket. */
const SHORT = 16 * 1024;

/**
 * Writes to a socket through its descriptor, without its stream: for a short text that is a third of the work. The stream
 * gets the rest: if it has something to send itself, or if the system accepts no more for now. A socket that is closed
 * has given its descriptor back, and another file may have it by now: nothing may be written through it.
 */
export function writePromptly(socket: Socket, fd: number, text: string): void {
  if (!socket.writable || text.length > SHORT || socket.writableLength > 0) {
    socket.write(text);
    return;
  }
  let written = 0;
  try {
    written = writeSync(fd, text);
  } catch {
    // Full, or closed by the other side: the stream handles both.
  }
  if (written < Buffer.byteLength(text)) socket.write(Buffer.from(text).subarray(written));
}
