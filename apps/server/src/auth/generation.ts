/** Whoever remembers in another process what was verified here. */
export interface Follower {
  /** Resolves once it remembers nothing of an older generation. */
  forget(generation: number): Promise<void>;
}

/** A number that grows whenever what was verified before may not hold any more. */
export class Generation {
  current = 0;
  private follower: Follower | null = null;

  follow(follower: Follower): void {
    this.follower = follower;
  }

  /** Resolves once nobody remembers anything of an older one. */
  raise(): Promise<void> {
    this.current++;
    return this.follower?.forget(this.current) ?? Promise.resolve();
  }
}
