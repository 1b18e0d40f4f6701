import { type Cancellation, HeliosError, writeExactJson } from "@heliosdb/port";
import { cancelledWaiting, notConfirmed, timedOutWaiting } from "../errors/errors.js";
import { CANCEL_GRACE_MS, type Command, WriterLost } from "./command.js";
import type { WriterCommand } from "./protocol.js";

export type TransactionCommand = Extract<WriterCommand, { readonly do: "inTransaction" | "endTransaction" }>;

/** The waiting commands of a database's open transactions. They take turns with its other writes. */
export class TransactionCommands {
  private readonly waiting: Command[] = [];
  private wasPassedOver = false;

  constructor(
    private readonly database: string,
    private readonly wake: () => void,
    /** Ends the process that runs them. */
    private readonly kill: () => void,
  ) {}

  get size(): number {
    return this.waiting.length;
  }

  /** One is waiting, and it was somebody else's turn last time. */
  get isTurn(): boolean {
    return this.wasPassedOver && this.waiting.length > 0;
  }

  passedOver(): void {
    this.wasPassedOver = true;
  }

  take(): Command | null {
    this.wasPassedOver = false;
    return this.waiting.shift() ?? null;
  }

  /** Rejects with WriterLost if the process ends meanwhile, and so the transaction. */
  run(command: TransactionCommand, deadlineMs: number, cancellation?: Cancellation): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = () => {
        isOver = true;
        clearTimeout(timer);
        ended?.();
      };
      const sent: Command = {
        database: this.database,
        body: `"database":${JSON.stringify(this.database)},${writeExactJson(command).slice(1)}`,
        limitMs: deadlineMs,
        isPlain: true,
        commits: command.do === "endTransaction",
        clones: false,
        received: (response, safe) => {
          over();
          const tell = () => {
            clearTimeout(late);
            if ("result" in response) resolve(response.result);
            else if ("error" in response) reject(HeliosError.fromWire(response.error));
            else reject(new Error(`a writer responded to ${command.do} with ${Object.keys(response)}`));
          };
          // Also a query in it shows what others have committed.
          const late = safe ? setTimeout(() => reject(notConfirmed()), deadlineMs) : undefined;
          if (safe) safe.then(tell, () => reject(notConfirmed()));
          else tell();
        },
        lost: () => {
          over();
          reject(new WriterLost("the writer ended"));
        },
      };
      const timer = setTimeout(() => {
        const at = this.waiting.indexOf(sent);
        // Once it runs, the process is killed when it has run for that long.
        if (at < 0) return;
        this.waiting.splice(at, 1);
        over();
        reject(timedOutWaiting(deadlineMs));
      }, deadlineMs);
      const cancel = () => {
        if (isOver) return;
        const at = this.waiting.indexOf(sent);
        if (at < 0) {
          setTimeout(() => !isOver && this.kill(), CANCEL_GRACE_MS);
          return;
        }
        this.waiting.splice(at, 1);
        over();
        cancellation!.hasStopped = true;
        reject(cancelledWaiting());
      };
      const ended = cancellation?.begin(() => setImmediate(cancel));
      this.waiting.push(sent);
      this.wake();
    });
  }

  processLost(): void {
    for (const command of this.waiting.splice(0)) command.lost(true);
  }
}
