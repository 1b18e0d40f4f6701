import { randomUUID } from "node:crypto";
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
  /** States that are kept beyond the history that leads to them. */
  get snapshots(): string {
    return join(this.root, "snapshots");
  }
  /** Files on their way in or out. */
  get transfers(): string {
    return join(this.root, "transfers");
  }
  /** Files that nobody can account for; made when there is one. Nothing here is ever read or deleted. */
  get lost(): string {
    return join(this.root, "lost+found");
  }
  get folders(): string[] {
    return [this.branches, this.copies, this.snapshots, this.transfers];
  }
  transfer(name: string): string {
    return join(this.transfers, `${name}-${randomUUID()}.db`);
  }
  branch(file: string): string {
    return join(this.branches, `${file}.db`);
  }
  /** A rewound copy: the state of a branch file at an SCN. */
  copy(file: string, scn: number): string {
    return join(this.copies, `${file}-${scn}.db`);
  }
  /** A kept state, by the timeline that it is a state of. */
  snapshot(timeline: string, scn: number): string {
    return join(this.snapshots, `${timeline}-${scn}.db`);
  }
}

/** Suffix of an unfinished file, by which start-up recognizes and removes it. */
export const UNFINISHED = ".unfinished";
