import { KnownFiles, LogEnd, type Operations, type Unsynced } from "@heliosdb/journal";
import type { LogRequest, Place, TakenLog } from "./messages.js";
import { bytesOf, pack } from "./packed.js";

/** Bytes that may be on their way to the store. Above that, the writer waits. */
const BYTES_UNDER_WAY = 32 * 1024 * 1024;
/** An entry of more bytes is not gathered, which would take memory for all of it, but encoded by the writer, part by part. */
const LARGE = 8 * 1024 * 1024;

type Appending = Extract<LogRequest, { do: "append" | "add" }>;
type WithoutName<R> = R extends unknown ? Omit<R, "database"> : never;

export interface LogChannel {
  nextCall(): number;
  send(request: WithoutName<Appending>, own: readonly ArrayBuffer[]): void;
  /** Waits for the next thing that the log thread says. */
  hear(): void;
  /** Takes what it has said. */
  hearAll(): void;
  read(seq: number): readonly Uint8Array[];
  make(folder: string, positionFile: string): number;
  leave(): void;
}

/** The log of one database, which this process alone writes. */
export class DatabaseLog {
  /** Id of the folder whose log it is. */
  readonly folder: string;
  /** Called between two calls of the writer, when more is safe. */
  onConfirmed: () => void = () => {};
  private readonly knownFiles: KnownFiles;
  /** Where it ended when it was taken, and as far as is known since. */
  private end: Place;
  private lastCall = 0;
  private confirmedCall = 0;
  /** Calls that are on their way. */
  private readonly underWay: { readonly call: number; readonly bytes: number }[] = [];
  private bytes = 0;

  constructor(
    { end, folder, known }: TakenLog,
    private readonly channel: LogChannel,
  ) {
    this.folder = folder;
    this.knownFiles = new KnownFiles(known);
    this.end = end;
  }

  /** The files that it has. */
  get known(): ReadonlySet<string> {
    return this.knownFiles.files;
  }

  /** The number of its last entry when it was taken, and of the last one that is known to be safe since. */
  get seq(): number {
    return this.end.seq;
  }

  /** The newest call that has changed something; 0 for none. */
  get last(): number {
    return this.lastCall;
  }

  /** Everything up to this call is safe. */
  get confirmed(): number {
    return this.confirmedCall;
  }

  /**
   * Adds what a call has done, and returns its number. Waits where too much is on its way. Where nothing is, the writer
   * encodes the entry: its caller waits for it alone, and passing pages on to be encoded takes longer.
   * @param unsynced what the disk may not have yet
   */
  append(operations: Operations, unsynced: Unsynced | null = null): number {
    const bytes = bytesOf(operations);
    if (bytes > LARGE) this.settle();
    if (this.confirmedCall === this.lastCall) return this.appendEncoded(operations, unsynced);
    const packed = pack(operations);
    this.knownFiles.apply(operations);
    const call = this.begin(bytes);
    this.channel.send({ do: "append", call, operations: packed.operations, bytes, unsynced }, packed.own);
    while (this.bytes > BYTES_UNDER_WAY) this.channel.hear();
    return call;
  }

  /** Continues the last entry, so everything must be safe: only then is it known. */
  private appendEncoded(operations: Operations, unsynced: Unsynced | null): number {
    const end = new LogEnd(this.end.seq, this.end.digest);
    const parts = [...end.next(operations, unsynced)].map((part) => new Uint8Array(part));
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const call = this.begin(bytes);
    const entry = { parts, digest: end.digest, ...this.knownFiles.apply(operations) };
    this.channel.send(
      { do: "add", call, entry, bytes },
      parts.map(({ buffer }) => buffer),
    );
    return call;
  }

  private begin(bytes: number): number {
    this.lastCall = this.channel.nextCall();
    this.underWay.push({ call: this.lastCall, bytes });
    this.bytes += bytes;
    return this.lastCall;
  }

  /** Waits until everything is safe. */
  settle(): void {
    while (this.confirmedCall < this.lastCall) this.channel.hear();
  }

  /** Takes what has become known meanwhile, without waiting. */
  look(): void {
    if (this.confirmedCall < this.lastCall) this.channel.hearAll();
  }

  confirm(call: number, end: Place): void {
    this.confirmedCall = call;
    this.end = end;
    while ((this.underWay[0]?.call ?? Number.POSITIVE_INFINITY) <= call) this.bytes -= this.underWay.shift()!.bytes;
  }

  /**
   * Makes a folder of the log's base, and the file that says how far it has come. Both are replaced.
   * @returns the number of the last entry that is in it; 0 where there is no base, and nothing was done
   */
  makeFromBase(folder: string, positionFile: string): number {
    return this.channel.make(folder, positionFile);
  }

  /** The parts of an entry; none where only the base has it. */
  read(seq: number): readonly Uint8Array[] {
    return this.channel.read(seq);
  }

  /** Another process may take it. */
  leave(): void {
    this.channel.leave();
  }
}
