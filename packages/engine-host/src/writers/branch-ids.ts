/**
 * The ids behind the names in waiting requests, while it matters: a branch can be named by name or by id, and one whose
 * file is being made must not be written by either.
 */
export class BranchIds {
  /** Null where no such branch exists. */
  private readonly known = new Map<string, string | null>();
  private readonly asked = new Set<string>();

  constructor(
    /** The id of a branch, null where there is none. */
    private readonly lookUp: (branch: string) => Promise<string | null>,
    private readonly learned: () => void,
  ) {}

  /** The id, the name itself where no such branch exists, or undefined until it has been looked up. */
  get(branch: string): string | undefined {
    const id = this.known.get(branch);
    if (id !== undefined) return id ?? branch;
    this.ask(branch);
    return undefined;
  }

  /** Names can change hands; what is known holds only for as long as nothing is created or deleted. */
  clear(): void {
    this.known.clear();
    this.asked.clear();
  }

  private ask(branch: string): void {
    if (this.asked.has(branch)) return;
    this.asked.add(branch);
    this.lookUp(branch).then(
      (id) => {
        if (this.asked.delete(branch)) this.known.set(branch, id);
        this.learned();
      },
      () => {
        // Asked again when something else changes.
        this.asked.delete(branch);
      },
    );
  }
}
