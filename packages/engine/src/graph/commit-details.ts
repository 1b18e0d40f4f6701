import type { GraphCommit } from "@heliosdb/port";
import { prepared } from "../file/connection.js";
import { COMMIT_COLUMNS, type CommitRow, entryOfCommit } from "../history/entries.js";
import type { BranchTable } from "../meta/branches.js";
import type { TimelineRecord } from "../meta/records.js";
import { Lru } from "../util/lru.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";

/** Characters of an author, a message and a table's name. */
const MOST_TEXT = 200;
const MOST_TABLES = 10;
/** Commits whose details are kept: a few megabytes. */
const KEPT = 20_000;

/** What single commits did, which never changes. */
export class CommitDetails {
  private readonly known = new Lru<string, GraphCommit>(KEPT);

  constructor(private readonly views: PointInTimeViews) {}

  /** Null if retention has removed the commit meanwhile. */
  of(branches: BranchTable, file: string, scn: number): GraphCommit | null {
    const key = `${file}@${scn}`;
    const known = this.known.get(key);
    if (known) return known;
    const found = this.read(branches, file, scn);
    if (found) this.known.set(key, found);
    return found;
  }

  private read(branches: BranchTable, file: string, scn: number): GraphCommit | null {
    const head = this.views.head(file);
    const sql = `SELECT ${COMMIT_COLUMNS} FROM main._helios_commits WHERE scn = ?`;
    const row = head.read(() => prepared(head.db, sql).get(scn)) as CommitRow | undefined;
    if (row === undefined) return null;
    const { author, message, tables, restoredScn } = entryOfCommit(branches, row);
    return {
      author: cut(author),
      message: message === null ? null : cut(message),
      tables: tables.slice(0, MOST_TABLES).map(({ table }) => cut(table)),
      tableCount: tables.length,
      restoredScn,
    };
  }
}

/** The same of a reset, which has no commit. */
export function detailsOfReset({ author, message, fork }: TimelineRecord): GraphCommit {
  return {
    author: cut(author ?? ""),
    message: message === null ? null : cut(message),
    tables: [],
    tableCount: 0,
    restoredScn: fork,
  };
}

/** Characters of the details, as a measure of their size. */
export function lengthOf({ author, message, tables }: GraphCommit): number {
  return tables.reduce((sum, table) => sum + table.length, author.length + (message?.length ?? 0));
}

function cut(text: string): string {
  // A character has two code units at most.
  const characters = [...text.slice(0, (MOST_TEXT + 1) * 2)];
  return characters.length <= MOST_TEXT ? text : `${characters.slice(0, MOST_TEXT - 1).join("")}…`;
}
