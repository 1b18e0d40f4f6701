/** What an operation does to the list of files. */
interface FileChange {
  readonly do: string;
  readonly file: string;
  readonly from?: string;
}

/** How an entry changes the list of files that its log has. */
export interface FilesChange {
  /** Files that the log has from this entry on. */
  readonly made: readonly string[];
  /** Files that it has no longer. */
  readonly gone: readonly string[];
}

/** The files that a log has. */
export class KnownFiles {
  readonly files: Set<string>;

  constructor(files: Iterable<string>) {
    this.files = new Set(files);
  }

  /** Applies an entry, and tells which files the log has after it, and has no longer. */
  apply(operations: readonly FileChange[]): FilesChange {
    const [made, gone] = [new Set<string>(), new Set<string>()];
    const lose = (file: string) => {
      made.delete(file);
      gone.add(file);
    };
    for (const operation of operations) {
      if (operation.do === "renamed") lose(operation.from!);
      if (operation.do === "removed") lose(operation.file);
      else {
        gone.delete(operation.file);
        made.add(operation.file);
      }
    }
    const change = {
      made: [...made].filter((file) => !this.files.has(file)),
      gone: [...gone].filter((file) => this.files.has(file)),
    };
    for (const file of change.made) this.files.add(file);
    for (const file of change.gone) this.files.delete(file);
    return change;
  }
}
