import type { Connection, Statement } from "../file/connection.js";

/** SCNs that a request can be repeated after; older ones are forgotten. */
const KEPT_SCNS = 2_000;
/** An outcome with more rows than this returns without them when its request is repeated. */
const MAX_OUTCOME = 16_384;

/**
 * The outcomes of the newest requests, stored in the transaction of the write itself, so that a retry after a lost
 * answer learns what happened instead of writing twice.
 */
export class RequestLog {
  private readonly known = new Map<string, string>();
  private readonly insert: Statement;
  private readonly prune: Statement;
  private sincePruned = 0;

  constructor(db: Connection) {
    const rows = db.prepare("SELECT id, outcome FROM main._helios_requests ORDER BY scn").raw().all() as [
      string,
      string,
    ][];
    for (const [id, outcome] of rows) this.known.set(id, outcome);
    this.insert = db.prepare("INSERT INTO main._helios_requests (scn, id, outcome) VALUES (?, ?, ?)");
    this.prune = db.prepare("DELETE FROM main._helios_requests WHERE scn < ?");
  }

  find<T>(id: string | undefined): T | undefined {
    const outcome = id === undefined ? undefined : this.known.get(id);
    return outcome === undefined ? undefined : (JSON.parse(outcome) as T);
  }

  /** Inside the transaction of the write. */
  store(id: string, scn: number, outcome: object): string {
    let text = JSON.stringify(outcome);
    if (text.length > MAX_OUTCOME)
      text = JSON.stringify(outcome, (key, value) => (key === "rows" || key === "ids" ? [] : value));
    this.insert.run(scn, id, text);
    if (++this.sincePruned >= 1000) {
      this.sincePruned = 0;
      this.prune.run(scn - KEPT_SCNS);
    }
    return text;
  }

  /** After the commit. */
  remember(id: string, outcome: string): void {
    this.known.set(id, outcome);
    if (this.known.size > KEPT_SCNS) this.known.delete(this.known.keys().next().value!);
  }
}
