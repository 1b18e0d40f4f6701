import type { WriterAnswer } from "./protocol.js";

/** One command on its way through a writer process. */
export interface Command {
  readonly database: string;
  /** The command without its id, as JSON text from its second character on. */
  readonly body: string;
  /** The process is killed when it takes longer; null where the operations have deadlines of their own. */
  readonly limitMs: number | null;
  /** Whether it may begin a clone, which cannot be done while another one holds a source. */
  readonly clones: boolean;
  answered(answer: WriterAnswer): void;
  /** The process is gone. */
  lost(killed: boolean): void;
}

/** The process that had a command ended before it answered. */
export class WriterLost extends Error {}
