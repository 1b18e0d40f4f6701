import type { Repeatable } from "@heliosdb/port";
import { type Connection, one, type Statement } from "../file/connection.js";
import { isLasting, readOutcome, storedId, writeOutcome } from "../meta/outcome.js";

/** Number of SCNs after which a request can still be repeated; older ones are forgotten. */
const RECENT_SCNS = 2_000;
/** The same for requests that may be repeated much later. */
const LASTING_SCNS = 20_000;
/** Writes between two prunings. */
const PRUNE_EVERY = 1_000;

/** A request whose outcome is in the file, once the transaction is committed. */
export interface StoredRequest {
  readonly id: string;
  readonly scn: number;
}

/**
 * The outcomes of the newest requests, stored in the transaction of the write itself, so that a retry after a lost
 * response learns the outcome instead of writing twice.
 */
export class RequestOutcomes {
  /** The SCN of each request, oldest first; the outcomes stay in the file. */
  private readonly known = new Map<string, number>();
  private readonly insert: Statement;
  private readonly prune: Statement;
  private sincePruned = 0;

  constructor(private readonly db: Connection) {
    const rows = db.prepare("SELECT id, scn FROM main._helios_requests ORDER BY scn").raw().all() as [string, number][];
    for (const [id, scn] of rows) this.known.set(id, scn);
    this.insert = db.prepare("INSERT INTO main._helios_requests (scn, id, outcome) VALUES (?, ?, ?)");
    this.prune = db.prepare("DELETE FROM main._helios_requests WHERE scn = ?");
  }

  find<T>(request: Repeatable): T | undefined {
    const id = storedId(request);
    const scn = id === null ? undefined : this.known.get(id);
    if (scn === undefined) return undefined;
    const outcome = one<string>(this.db, "SELECT outcome FROM main._helios_requests WHERE scn = ?", scn);
    return outcome === undefined ? undefined : (readOutcome(outcome) as T);
  }

  /**
   * Call it inside the transaction of the write; it stores nothing for a request without an id. Returns the value for
   * `remember`.
   */
  store(request: Repeatable, scn: number, outcome: object): StoredRequest | null {
    const id = storedId(request);
    if (id === null) return null;
    this.insert.run(scn, id, writeOutcome(outcome));
    if (++this.sincePruned >= PRUNE_EVERY) {
      this.sincePruned = 0;
      this.pruneBefore(scn);
    }
    return { id, scn };
  }

  /** After the commit. */
  remember(stored: StoredRequest | null): void {
    if (stored !== null) this.known.set(stored.id, stored.scn);
  }

  private pruneBefore(now: number): void {
    for (const [id, scn] of this.known) {
      if (scn >= now - RECENT_SCNS) return;
      if (isLasting(id) && scn >= now - LASTING_SCNS) continue;
      this.prune.run(scn);
      this.known.delete(id);
    }
  }
}
