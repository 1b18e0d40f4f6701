/** A process that has a name in a cell. */
export interface Holder {
  /** Its id, as a UUID. */
  readonly boot: string;
  readonly url: string | null;
  /** Another text each time that it has shown that it lives. */
  readonly sign: string;
}

/** Sees whether the process that has a name lives. Times are those of one monotonic clock, in ms. */
export class NameWatch {
  private seen: Holder | null = null;
  private since = 0;
  private lastAsked = 0;
  private lives = false;

  constructor(
    /** Whoever lives shows it within this time. */
    private readonly leaseMs: number,
  ) {}

  /** Who has the name, as said to a request that was sent and answered at these times. */
  saw(holder: Holder | null, sentAt: number, answeredAt: number): void {
    if (holder?.boot !== this.seen?.boot) {
      this.since = answeredAt;
      this.lives = false;
    } else if (holder?.sign !== this.seen?.sign) this.lives = true;
    this.seen = holder;
    this.lastAsked = sentAt;
  }

  /** A request failed. The other one may not have been able to show anything either. */
  failed(): void {
    this.seen = null;
  }

  /** Another process, which lives. */
  get holder(): Holder | null {
    return this.lives ? this.seen : null;
  }

  /** Nobody has it, as the last answer says, or nobody who lives. */
  get isFree(): boolean {
    return this.seen === null || (!this.lives && this.lastAsked - this.since >= this.leaseMs);
  }
}
