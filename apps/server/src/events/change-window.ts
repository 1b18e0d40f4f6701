import type { BranchChanges, ChangedBranches, ChangePosition, ChangesPort } from "@heliosdb/port";

/** Changes read at a time. */
const PAGE = 100;
/** Responses that streams in the same window share. */
const MOST_SHARED = 64;

/** The changes of a database between two positions. */
export class ChangeWindow {
  private isShared = true;
  private readonly shared = new Map<string, Promise<unknown>>();

  constructor(
    private readonly changes: ChangesPort,
    readonly base: ChangePosition,
    readonly head: ChangePosition,
    /** Branches that have changed in it, beside those in the record; undefined where that is not known. */
    private readonly branches: readonly string[] | undefined,
  ) {}

  /** Branches with changes after `base`, in the order of their ids. */
  changed(cursor: string | undefined): Promise<ChangedBranches> {
    const request = { after: this.base, branches: this.branches, ...(cursor !== undefined && { cursor }) };
    return this.once(`branches ${cursor}`, () => this.changes.changedBranches(request));
  }

  /** The next changes of a branch. Those beyond the head belong to the next window. */
  async changesOf(branch: string, after: ChangePosition): Promise<BranchChanges> {
    const page = await this.once(`${branch} ${after.seq}.${after.scn}`, () =>
      this.changes.changesOf({ branch, after, limit: PAGE }),
    );
    const end = page.changes.findIndex(({ kind, scn, position }) =>
      kind === "committed" ? scn > this.head.scn : position.seq > this.head.seq,
    );
    return end < 0 ? page : { ...page, changes: page.changes.slice(0, end), more: false };
  }

  /** Called when most streams are beyond it. */
  unshare(): void {
    this.shared.clear();
    this.isShared = false;
  }

  /** Streams that keep up read the same at the same time. */
  private once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.shared.get(key) as Promise<T> | undefined;
    if (known) return known;
    const reading = read();
    if (!this.isShared) return reading;
    this.shared.set(key, reading);
    reading.catch(() => this.shared.delete(key));
    if (this.shared.size > MOST_SHARED) this.shared.delete(this.shared.keys().next().value!);
    return reading;
  }
}
