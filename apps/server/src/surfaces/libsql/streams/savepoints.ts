/** The open savepoints of a transaction, as SQLite keeps them: a name may be there more than once. */
export class Savepoints {
  /** Folded names, the outermost first. */
  private readonly open: string[] = [];

  /** @param beginTransaction the outermost one began the transaction: to release it is to commit */
  constructor(private readonly beginTransaction: boolean) {}

  has(name: string): boolean {
    return this.open.includes(name);
  }

  /** To release this one ends the transaction. */
  isLast(name: string): boolean {
    return this.beginTransaction && this.open.lastIndexOf(name) === 0;
  }

  push(name: string): void {
    this.open.push(name);
  }

  /** Ends the newest one of this name, and all after it. */
  release(name: string): void {
    this.open.length = this.open.lastIndexOf(name);
  }

  /** Ends all after the newest one of this name, which stays. */
  rollBackTo(name: string): void {
    this.open.length = this.open.lastIndexOf(name) + 1;
  }
}
