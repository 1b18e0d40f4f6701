import type { WriterResponse } from "./protocol.js";

/** One command for a writer process. */
export interface Command {
  readonly database: string;
  /** The command without its id, as JSON text from its second character on. */
  readonly body: string;
  /** If it takes longer, the process is killed; null if the operations have their own deadlines. */
  readonly limitMs: number | null;
  /** Whether others can see no effect of it but under a newer SCN. */
  readonly isPlain?: boolean;
  /** Whether the SCN of its result is that of a commit. Within a transaction it may be one that nobody has yet. */
  readonly commits?: boolean;
  /** Whether it may begin a clone, which is impossible while another one locks a source. */
  readonly clones: boolean;
  /** `safe`: resolves when whatever the response tells is safe; null if it is. */
  received(response: WriterResponse, safe?: Promise<void> | null): void;
  /** The process is gone. */
  lost(killed: boolean): void;
}

/** What is cancelled while it runs has so long to end before its process is killed. */
export const CANCEL_GRACE_MS = 50;

/** The process ended before it responded to its command. */
export class WriterLost extends Error {}
