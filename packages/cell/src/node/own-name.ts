import type { CellState } from "@heliosdb/store";
import { NameWatch } from "./name-watch.js";
import { Refused } from "./refused.js";

/** The name of a node, which no other one may have. */
export class OwnName {
  private readonly asActive: NameWatch;
  private readonly asStandby: NameWatch;

  constructor(
    private readonly cell: string,
    private readonly node: string,
    leaseMs: number,
    /** This process, and the one before it on this data folder, which has ended. */
    private readonly own: readonly (string | undefined)[],
  ) {
    this.asActive = new NameWatch(leaseMs);
    this.asStandby = new NameWatch(leaseMs);
  }

  /**
   * Whether the name is this node's, now that the cell looks like this. It may become so later.
   * @param isNewest no other node has served the cell since this data folder was the active one's
   * Throws Refused where another node has it.
   */
  saw({ row, standby }: CellState, isNewest: boolean, sentAt: number, answeredAt: number): boolean {
    const { boot, url, epoch, renewed } = row;
    const isServed = row.node === this.node && boot !== null && !isNewest && !this.own.includes(boot);
    this.asActive.saw(isServed ? { boot, url, sign: `${epoch} ${renewed}` } : null, sentAt, answeredAt);
    const follows = standby !== null && !this.own.includes(standby.boot) ? standby : null;
    this.asStandby.saw(follows && { ...follows, sign: follows.seen }, sentAt, answeredAt);
    const holder = this.asActive.holder ?? this.asStandby.holder;
    if (holder) {
      const at = holder.url === null ? "" : ` at ${holder.url}`;
      throw new Refused(`another node${at} has the name ${this.node} in the cell ${this.cell}. Give each its own.`);
    }
    return this.asActive.isFree && this.asStandby.isFree;
  }

  failed(): void {
    this.asActive.failed();
    this.asStandby.failed();
  }
}
