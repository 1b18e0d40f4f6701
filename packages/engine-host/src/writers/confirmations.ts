import { tellsNothing } from "../errors/tells-nothing.js";
import type { Command } from "./command.js";
import type { LogState, WriterResponse } from "./protocol.js";

/** How long a command may wait for the store before no others are begun. */
export const STUCK_MS = 1000;

interface Answered {
  readonly command: number;
  readonly call: number;
  /** The SCN of its commit, if it has one. */
  readonly scn: number;
  readonly at: number;
}

interface Waiting {
  readonly command: number;
  readonly scn: number | undefined;
  /** The newest command at that time that was no plain write. */
  readonly other: number;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * What of one database's commands is safe in its log. A command counts as pending from the moment at which it is given to
 * the writer: its commit can be seen by others before it is answered.
 */
export class Confirmations {
  /** Commands are numbered. */
  private newest = 0;
  /** All commands up to this one are safe. */
  private safe = 0;
  /** The newest command whose effects can be seen under an old SCN, such as a new branch. */
  private other = 0;
  private safeScn = 0;
  private readonly pending: Answered[] = [];
  private confirmedCall = 0;
  /** The process has ended, and the next one has not opened the database yet. */
  private isInDoubt = false;
  /** The next process could not open it: whoever asks is to be told why. */
  private isRefused = false;
  private waiting: Waiting[] = [];
  private gone: Error | null = null;

  constructor(
    /** Called when more is safe. */
    private readonly moved: () => void,
  ) {}

  /** Something is not safe, and nobody is working on it. */
  get needsOpening(): boolean {
    return this.isInDoubt;
  }

  /** The store takes long: what is begun now would only wait as well. */
  get isStuck(): boolean {
    return this.waitingMs > STUCK_MS;
  }

  /** For how long the oldest command that was answered has been waiting; 0 where none is. */
  get waitingMs(): number {
    const [oldest] = this.pending;
    return this.isRefused || oldest === undefined ? 0 : performance.now() - oldest.at;
  }

  /** Answers that wait. */
  get held(): number {
    return this.waiting.length;
  }

  /** A command as it is given to the writer. */
  follow(command: Command): Command {
    const number = ++this.newest;
    if (!command.isPlain) this.other = number;
    return {
      ...command,
      received: (response) => {
        this.answered(number, response.log, command.commits ? scnOf(response) : 0);
        const isSafe = number <= this.safe || ("error" in response && tellsNothing(response.error.code));
        command.received(response, isSafe ? null : this.wait(number, undefined));
      },
    };
  }

  /** @param log absent if the database is not open in the process after the command */
  private answered(command: number, log: LogState | undefined, scn: number): void {
    if (log) {
      // A process has opened the database, and before that all that an earlier one has left was safe.
      if (this.isInDoubt) this.allSafe(command - 1);
      this.isInDoubt = false;
      this.isRefused = false;
      this.safeScn = Math.max(this.safeScn, log.scnAtOpening);
      this.pending.push({ command, call: log.last, scn, at: performance.now() });
      this.confirm(log.confirmed);
    } else if (!this.isInDoubt) {
      // It is closed only when all that was done there is safe.
      this.allSafe(command);
      this.confirmedCall = 0;
      this.flush();
    }
  }

  confirm(call: number): void {
    this.confirmedCall = Math.max(this.confirmedCall, call);
    // Until the next process answers, the calls that wait are those of the last one.
    if (this.isInDoubt) return;
    while (this.pending.length > 0 && this.pending[0]!.call <= this.confirmedCall) {
      const { command, scn } = this.pending.shift()!;
      this.safe = command;
      this.safeScn = Math.max(this.safeScn, scn);
    }
    this.flush();
  }

  /** The process has ended. */
  lost(): void {
    this.confirmedCall = 0;
    if (this.safe < this.newest) this.isInDoubt = true;
  }

  /** It can't be made safe for now: whoever waits is told so. */
  refuse(error: Error): void {
    this.isRefused = true;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }

  /** Nothing will become safe any more. */
  end(error: Error): void {
    this.gone = error;
    this.refuse(error);
  }

  /**
   * Null if an answer that was just read may be told: whatever it may show is safe.
   * @param scn of the answer, if that says what it shows
   */
  hold(scn?: number): Promise<void> | null {
    if (this.safe === this.newest) {
      if (scn !== undefined) this.safeScn = Math.max(this.safeScn, scn);
      return null;
    }
    if (scn !== undefined && scn <= this.safeScn && this.other <= this.safe) return null;
    return this.wait(this.newest, scn);
  }

  private wait(command: number, scn: number | undefined): Promise<void> {
    const { other } = this;
    const safe = new Promise<void>((resolve, reject) => {
      if (this.gone) reject(this.gone);
      else this.waiting.push({ command, scn, other, resolve, reject });
    });
    // Not everybody waits for it.
    safe.catch(() => {});
    return safe;
  }

  private allSafe(command: number): void {
    this.safe = Math.max(this.safe, command);
    for (const { scn } of this.pending.splice(0)) this.safeScn = Math.max(this.safeScn, scn);
  }

  private flush(): void {
    const { safe, safeScn } = this;
    const isSafe = ({ command, scn, other }: Waiting) =>
      command <= safe || (scn !== undefined && scn <= safeScn && other <= safe);
    const done = this.waiting.filter(isSafe);
    if (done.length > 0) this.waiting = this.waiting.filter((each) => !isSafe(each));
    for (const { resolve } of done) resolve();
    this.moved();
  }
}

/** The SCN of the newest commit of a response; 0 if it has none. */
function scnOf(response: WriterResponse): number {
  if ("outcomes" in response) {
    return response.outcomes.reduce((newest, each) => Math.max(newest, each?.ok ? scnIn(each.result) : 0), 0);
  }
  return "result" in response ? scnIn(response.result) : 0;
}

function scnIn(result: unknown): number {
  const { scn } = (result ?? {}) as { readonly scn?: unknown };
  return typeof scn === "number" ? scn : 0;
}
