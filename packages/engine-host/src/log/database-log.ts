import { LogEnd, type Operation, type Operations } from "@heliosdb/journal";
import type { Entry } from "@heliosdb/store";
import type { TakenLog } from "./messages.js";

/** Bytes of entries that may be on their way. Above that, the writer waits. */
const BYTES_UNDER_WAY = 32 * 1024 * 1024;

export interface LogChannel {
  send(seq: number, entry: Entry, own: readonly ArrayBuffer[]): void;
  /** Waits for the next thing that the log thread says. */
  hear(): void;
  read(seq: number): readonly Uint8Array[];
  leave(): void;
}

/** The log of one database, which this process alone writes. */
export class DatabaseLog {
  /** Id of the folder whose log it is. */
  readonly folder: string;
  /** The files that it has. */
  readonly known: Set<string>;
  private readonly end: LogEnd;
  private confirmedSeq: number;
  /** Entries that are on their way. */
  private readonly underWay: { readonly seq: number; readonly bytes: number }[] = [];
  private bytes = 0;

  constructor(
    { seq, digest, folder, known }: TakenLog,
    private readonly channel: LogChannel,
  ) {
    this.folder = folder;
    this.known = new Set(known);
    this.end = new LogEnd(seq, digest);
    this.confirmedSeq = seq;
  }

  get seq(): number {
    return this.end.seq;
  }

  get confirmed(): number {
    return this.confirmedSeq;
  }

  /** Adds an entry, and returns its number. Waits where too much is on its way. */
  append(operations: Operations): number {
    const parts = [...this.end.next(operations)].map(ownBytes);
    const { seq, digest } = this.end;
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.underWay.push({ seq, bytes });
    this.bytes += bytes;
    const entry = { parts, digest, ...this.listFiles(operations) };
    this.channel.send(
      seq,
      entry,
      parts.map(({ buffer }) => buffer),
    );
    while (this.bytes > BYTES_UNDER_WAY) this.channel.hear();
    return seq;
  }

  /** Waits until everything is safe. */
  settle(): void {
    while (this.confirmedSeq < this.seq) this.channel.hear();
  }

  confirm(seq: number): void {
    this.confirmedSeq = seq;
    while ((this.underWay[0]?.seq ?? Number.POSITIVE_INFINITY) <= seq) this.bytes -= this.underWay.shift()!.bytes;
  }

  /** The parts of an entry. */
  read(seq: number): readonly Uint8Array[] {
    return this.channel.read(seq);
  }

  /** Another process may take it. */
  leave(): void {
    this.channel.leave();
  }

  /** Which files the log has after these operations, and has no longer. */
  private listFiles(operations: Operations): Pick<Entry, "made" | "gone"> {
    const [made, gone] = [new Set<string>(), new Set<string>()];
    for (const operation of operations) {
      if (operation.do === "removed") lose(operation.file);
      else {
        if (operation.do === "renamed") lose(operation.from);
        have(operation);
      }
    }
    function lose(file: string): void {
      made.delete(file);
      gone.add(file);
    }
    function have({ file }: Operation): void {
      gone.delete(file);
      made.add(file);
    }
    const change = {
      made: [...made].filter((file) => !this.known.has(file)),
      gone: [...gone].filter((file) => this.known.has(file)),
    };
    for (const file of change.made) this.known.add(file);
    for (const file of change.gone) this.known.delete(file);
    return change;
  }
}

/** Bytes that share their memory with no others, and can be given away. */
function ownBytes(part: Uint8Array): Uint8Array<ArrayBuffer> {
  const isOwn = part.buffer instanceof ArrayBuffer && part.byteLength === part.buffer.byteLength;
  return isOwn ? new Uint8Array(part.buffer as ArrayBuffer) : new Uint8Array(part);
}
