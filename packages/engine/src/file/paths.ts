import { randomUUID } from "node:crypto";
import { join } from "node:path";

/** The paths of one database's files. Branch files are named by their internal id, never by user input. */
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
  /** States that are kept after their history was removed. */
  get snapshots(): string {
    return join(this.root, "snapshots");
  }
  /** Files that are being imported or downloaded. */
  get transfers(): string {
    return join(this.root, "transfers");
  }
  /** Files of unknown origin; the folder is created when there is one. Nothing in it is ever read or deleted. */
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
  /** A snapshot's file, by the timeline that it is a state of. */
  snapshot(timeline: string, scn: number): string {
    return join(this.snapshots, `${timeline}-${scn}.db`);
  }
}

/** Suffix of an unfinished file, by which start-up recognizes and removes it. */
export const UNFINISHED = ".unfinished";
