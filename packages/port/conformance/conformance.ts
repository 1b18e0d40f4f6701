import { randomUUID } from "node:crypto";
import type { DatabaseHostPort } from "@heliosdb/port";
import { BRANCH_DELETION_CASES, BRANCH_RESET_CASES, BRANCH_SETTING_CASES } from "./branch-settings.js";
import { BRANCH_CASES } from "./branches.js";
import type { Case } from "./case.js";
import { CHANGE_CASES } from "./changes.js";
import { DIFF_CASES } from "./diffs.js";
import { FILE_CASES } from "./files.js";
import { DENSITY_CASES, GRAPH_CASES } from "./graphs.js";
import { HISTORY_CASES, ROW_HISTORY_CASES } from "./histories.js";
import { BACKUP_CASES, HOST_CASES } from "./hosts.js";
import { MERGE_CONFLICT_CASES } from "./merge-conflicts.js";
import { MERGE_CASES } from "./merges.js";
import { POINT_CASES } from "./points.js";
import { QUERY_CASES } from "./queries.js";
import { REQUEST_CASES } from "./requests.js";
import { RESTORE_CASES } from "./restores.js";
import { ROW_WRITE_CASES } from "./row-writes.js";
import { SCHEMA_MERGE_CASES } from "./schema-merges.js";
import { RETENTION_CASES, SNAPSHOT_CASES } from "./snapshots.js";
import { JSON_STREAM_CASES, STREAM_CASES } from "./streams.js";
import { TABLE_CASES, TABLE_PAGE_CASES } from "./tables.js";
import { TRANSACTION_CASES } from "./transactions.js";
import { VALUE_CASES } from "./values.js";
import { WRITE_CASES } from "./writes.js";

export type { Case, Subject } from "./case.js";

/** The promises of the port, for any implementation. */
export const CASES: readonly Case[] = [
  ...VALUE_CASES,
  ...WRITE_CASES,
  ...TRANSACTION_CASES,
  ...ROW_WRITE_CASES,
  ...REQUEST_CASES,
  ...QUERY_CASES,
  ...POINT_CASES,
  ...TABLE_CASES,
  ...TABLE_PAGE_CASES,
  ...STREAM_CASES,
  ...JSON_STREAM_CASES,
  ...BRANCH_CASES,
  ...BRANCH_SETTING_CASES,
  ...BRANCH_DELETION_CASES,
  ...BRANCH_RESET_CASES,
  ...MERGE_CASES,
  ...MERGE_CONFLICT_CASES,
  ...SCHEMA_MERGE_CASES,
  ...RESTORE_CASES,
  ...DIFF_CASES,
  ...HISTORY_CASES,
  ...ROW_HISTORY_CASES,
  ...GRAPH_CASES,
  ...DENSITY_CASES,
  ...SNAPSHOT_CASES,
  ...RETENTION_CASES,
  ...CHANGE_CASES,
  ...FILE_CASES,
  ...BACKUP_CASES,
  ...HOST_CASES,
];

/** Whether the host declares the capability that the case needs. */
export function isOwed({ needs }: Case, host: DatabaseHostPort): boolean {
  return needs === undefined || host.capabilities()[needs];
}

/** Runs a case with new databases of the host, which are dropped at its end. */
export async function runCase({ run }: Case, host: DatabaseHostPort): Promise<void> {
  const ids: string[] = [];
  const database = () => {
    const id = randomUUID();
    ids.push(id);
    return { id, db: host.database(id) };
  };
  try {
    await run({ host, ...database(), other: database });
  } finally {
    await Promise.all(ids.map((id) => host.dropDatabase(id)));
  }
}
