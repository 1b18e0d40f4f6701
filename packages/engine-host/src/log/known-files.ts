import type { Entry } from "@heliosdb/store";

/** What an operation does to the list of files. */
interface FileChange {
  readonly do: string;
  readonly file: string;
  readonly from?: string;
}

/** The files that a log has. */
export class KnownFiles {
  readonly files: Set<string>;

  constructor(files: Iterable<string>) {
    this.files = new Set(files);
  }

  /** Applies an entry, and tells which files the log has after it, and has no longer. */
  apply(operations: readonly FileChange[]): Pick<Entry, "made" | "gone"> {
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
