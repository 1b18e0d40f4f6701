import { join } from "node:path";

/** Where the files of one database are. Branch files are named by their internal id, never by what a user typed. */
export class DatabasePaths {
  constructor(readonly root: string) {}

  get meta(): string {
    return join(this.root, "meta.db");
  }
  get branches(): string {
    return join(this.root, "branches");
  }
  get copies(): string {
    return join(this.root, "copies");
  }
  branch(file: string): string {
    return join(this.branches, `${file}.db`);
  }
  /** A rewound copy: the state of a branch file at an SCN. */
  copy(file: string, scn: number): string {
    return join(this.copies, `${file}-${scn}.db`);
  }
}

/** What a file that is still being made is called, so that start-up can tell it and remove it. */
export const UNFINISHED = ".unfinished";
