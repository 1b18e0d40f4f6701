import { tooManyStreams } from "../errors/errors.js";

/** Bounds the streams that are under way, since each holds a file: over all, and half of that for one database. */
export class StreamSlots {
  private readonly byDatabase = new Map<string, number>();
  private total = 0;
  private readonly perDatabase: number;

  constructor(private readonly overall: number) {
    this.perDatabase = Math.max(1, Math.floor(overall / 2));
  }

  get inHand(): number {
    return this.total;
  }

  /** Throws OVERLOADED where a bound is reached. Returns a function that frees the slot, once. */
  take(database: string): () => void {
    const mine = this.byDatabase.get(database) ?? 0;
    if (mine >= this.perDatabase) throw tooManyStreams(this.perDatabase, "of this database");
    if (this.total >= this.overall) throw tooManyStreams(this.overall, "of all databases");
    this.byDatabase.set(database, mine + 1);
    this.total++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.total--;
      const left = this.byDatabase.get(database)! - 1;
      if (left === 0) this.byDatabase.delete(database);
      else this.byDatabase.set(database, left);
    };
  }
}
