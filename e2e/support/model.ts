/** One acknowledged write of a caller, as the server answered it. */
export interface Write {
  readonly scn: number;
  readonly key: number;
  /** Null deletes the key. */
  readonly value: string | null;
}

/** What every branch must hold, kept by those who wrote: nothing here asks the server. */
export class Model {
  readonly #logs = new Map<string, Write[]>();
  readonly #forks = new Map<string, { parent: string; scn: number }>();

  addBranch(name: string, parent: string, scn: number): void {
    this.#forks.set(name, { parent, scn });
  }

  record(branch: string, write: Write): void {
    const log = this.#logs.get(branch) ?? [];
    log.push(write);
    this.#logs.set(branch, log);
  }

  /** Every acknowledged commit of a branch's own. */
  scns(branch: string): number[] {
    return (this.#logs.get(branch) ?? []).map((write) => write.scn);
  }

  /** The rows of a branch right after a commit of the database, or at its newest. */
  rowsAt(branch: string, scn = Number.MAX_SAFE_INTEGER): { k: number; v: string }[] {
    return [...this.#stateAt(branch, scn)].map(([k, v]) => ({ k, v })).sort((one, other) => one.k - other.k);
  }

  #stateAt(branch: string, scn: number): Map<number, string> {
    const fork = this.#forks.get(branch);
    const state = fork ? this.#stateAt(fork.parent, Math.min(scn, fork.scn)) : new Map<number, string>();
    const own = (this.#logs.get(branch) ?? []).filter((write) => write.scn <= scn);
    for (const { key, value } of own.sort((one, other) => one.scn - other.scn)) {
      if (value === null) state.delete(key);
      else state.set(key, value);
    }
    return state;
  }
}
