import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BindValue,
  HeliosError,
  type InsertRowsRequest,
  type MergeRequest,
  type MergeResult,
  type PointInTime,
  type QueryResult,
} from "@heliosdb/port";
import {
  CopyNeeded,
  copyFiles,
  type DatabaseReader,
  type DatabaseWriter,
  finishFile,
  openReader,
  openWriter,
  type WriteOperation,
  type WriteResults,
} from "../../src/index.js";

/** A real database in a folder of its own, with a writer and a reader, as the processes of a server have them. */
export class TestDatabase {
  writer: DatabaseWriter;
  reader: DatabaseReader;
  copies = 0;

  constructor(readonly directory = mkdtempSync(join(tmpdir(), "helios-engine-"))) {
    this.writer = openWriter({ directory });
    this.reader = openReader({ directory });
  }

  /** One commit; throws HeliosError. */
  execute(branch: string, ...statements: (string | { sql: string; params: BindValue[] })[]) {
    const request = {
      branch,
      author: "test",
      statements: statements.map((each) => (typeof each === "string" ? { sql: each } : each)),
    };
    return this.write({ op: "execute", request });
  }

  insert(
    branch: string,
    table: string,
    rows: InsertRowsRequest["rows"],
    onConflict: InsertRowsRequest["onConflict"] = "error",
  ) {
    return this.write({ op: "insertRows", request: { branch, author: "test", table, rows, onConflict } });
  }

  write<O extends WriteOperation>(operation: O): WriteResults[O["op"]] {
    const [outcome] = this.writer.write([operation]);
    if (!outcome!.ok) throw HeliosError.fromWire(outcome!.error);
    return outcome!.result as WriteResults[O["op"]];
  }

  query(branch: string, sql: string, at?: PointInTime, params: BindValue[] = []): QueryResult {
    for (;;) {
      try {
        return this.reader.read({ op: "query", request: { branch, sql, at, params } });
      } catch (error) {
        if (!(error instanceof CopyNeeded)) throw error;
        this.makeCopy(error.request.file, error.request.scn);
      }
    }
  }

  rows(branch: string, sql: string, at?: PointInTime) {
    return this.query(branch, sql, at).rows;
  }

  at(branch: string, sql: string, scn: number) {
    return this.rows(branch, sql, { kind: "scn", scn });
  }

  branch(name: string, parent = "main", at?: PointInTime) {
    return this.writer.control({ op: "createBranch", request: { name, parent, at } });
  }

  merge(
    source: string,
    target: string,
    strategy: MergeRequest["strategy"] = "auto",
    extra: Partial<MergeRequest> = {},
  ): MergeResult {
    return this.writer.control({ op: "merge", request: { source, target, strategy, author: "test", ...extra } });
  }

  /** As the host does it, but in this process: safe here, because the source is locked by a connection of our own. */
  makeCopy(file: string, scn: number): void {
    const job = this.writer.prepareCopy({ file, scn });
    if (!job) return;
    this.copies++;
    copyFiles(job);
    this.writer.copied(job);
    finishFile(job);
    this.writer.finish(job);
  }

  reopen(): void {
    this.reader.close();
    this.writer.close();
    this.writer = openWriter({ directory: this.directory });
    this.reader = openReader({ directory: this.directory });
  }

  dispose(): void {
    this.reader.close();
    this.writer.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The code of the HeliosError that a call throws; fails where it throws none. */
export function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof HeliosError) return error.code;
    throw error;
  }
  throw new Error("nothing was thrown");
}
