import { writeSync } from "node:fs";
import type { Socket } from "node:net";

/** Longer texts may not fit into what the system keeps of a socket. */
const SHORT = 16 * 1024;

/**
 * Writes to a socket by its descriptor, without its stream: for a short text that is a third of the work. The stream
 * gets what is left: where it has something to send itself, or the system takes no more for now.
 */
export function writePromptly(socket: Socket, fd: number, text: string): void {
  if (text.length > SHORT || socket.writableLength > 0) {
    socket.write(text);
    return;
  }
  let written = 0;
  try {
    written = writeSync(fd, text);
  } catch {
    // Full, or closed: the stream knows what to do about either.
  }
  if (written < Buffer.byteLength(text)) socket.write(Buffer.from(text).subarray(written));
}
