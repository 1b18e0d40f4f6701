import type { Base, Cell } from "@heliosdb/store";
import type { LogSource } from "./followed-folder.js";

/** Bytes of entries that are read at once. */
const BYTES = 4 * 1024 * 1024;

/** The logs of a cell, for whoever reads each of them from one end to the other. */
export class ReadAhead implements LogSource {
  private of: string | null = null;
  private readonly read = new Map<number, readonly Uint8Array[]>();

  constructor(private readonly cell: Cell) {}

  async entry(database: string, seq: number): Promise<readonly Uint8Array[]> {
    if (this.of !== database || !this.read.has(seq)) {
      this.forget();
      this.of = database;
      for (const { seq: number, parts } of await this.cell.entries(database, seq - 1, BYTES)) {
        this.read.set(number, parts);
      }
    }
    return this.read.get(seq) ?? [];
  }

  base<T>(database: string, work: (base: Base | null) => Promise<T>): Promise<T> {
    // A folder begins anew: what was read before may be what a failover of the store has taken back.
    this.forget();
    return this.cell.base(database, work);
  }

  private forget(): void {
    this.of = null;
    this.read.clear();
  }
}
