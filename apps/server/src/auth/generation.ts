/** Whoever remembers what was verified here. */
export interface Follower {
  /** Resolves once it remembers nothing of an older generation. */
  forget(generation: number): Promise<void>;
}

/** A number that grows whenever what was verified before may not hold any more. */
export class Generation {
  current = 0;
  private readonly followers: Follower[] = [];

  follow(follower: Follower): void {
    this.followers.push(follower);
  }

  /** Resolves once nobody remembers anything of an older one. */
  async raise(): Promise<void> {
    const current = ++this.current;
    await Promise.all(this.followers.map((follower) => follower.forget(current)));
  }
}
