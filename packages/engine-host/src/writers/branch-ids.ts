/**
 * The ids behind the names in waiting requests, while they matter: a branch can be named by name or by id, and a branch
 * whose file is being made must not be written by either.
 */
export class BranchIds {
  /** Null if no such branch exists. */
  private readonly known = new Map<string, string | null>();
  private readonly asked = new Set<string>();

  constructor(
    /** The id of a branch, or null if there is none. */
    private readonly lookUp: (branch: string) => Promise<string | null>,
    private readonly learned: () => void,
  ) {}

  /** The id, the name itself if no such branch exists, or undefined until it has been looked up. */
  get(branch: string): string | undefined {
    const id = this.known.get(branch);
    if (id !== undefined) return id ?? branch;
    this.ask(branch);
    return undefined;
  }

  /** Names can move to other branches: the cache is valid only as long as nothing is created or deleted. */
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
