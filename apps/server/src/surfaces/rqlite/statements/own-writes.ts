import { type AfterWrites, afterStatement, type LastWrite, NO_WRITE, type StatementResult } from "@heliosdb/port";
import { calledOfLastWrite } from "../../../sql/last-write.js";
import type { BoundStatement } from "./arguments.js";
import type { Prepared } from "./prepared.js";

/** Whether anything was written, and any row inserted. WITH may begin either, so it counts as both. */
interface Known {
  readonly written: boolean;
  readonly inserted: boolean;
}

const NOTHING_KNOWN: Known = { written: false, inserted: false };
const INSERTS: ReadonlySet<string> = new Set(["INSERT", "REPLACE", "WITH"]);
const WRITES: ReadonlySet<string> = new Set([...INSERTS, "UPDATE", "DELETE"]);

/**
 * What a request has written so far, for last_insert_rowid(), changes() and total_changes() in its later statements. In
 * rqlite they tell of earlier requests, too, its clients' and everybody else's. Here nobody knows those: a statement that
 * asks is refused, since a wrong number would be stored as a reference to another row.
 */
export class OwnWrites {
  private lastWrite: LastWrite = NO_WRITE;
  private known = NOTHING_KNOWN;

  note(result: StatementResult): void {
    this.lastWrite = afterStatement(this.lastWrite, result);
    const { written, inserted } = this.known;
    this.known = {
      written: written || WRITES.has(result.statementType),
      inserted: inserted || result.lastInsertId !== null,
    };
  }

  /** Why one of these can't be told, if they are run now, one after the other; null if all can. */
  untold(statements: readonly BoundStatement[]): string | null {
    let known = this.known;
    for (const { sql, verb } of statements) {
      for (const name of calledOfLastWrite(sql)) {
        if (name === "last_insert_rowid" && !known.inserted) return refusal(name, "inserted a row");
        if (!known.written) return refusal(name, "written anything");
      }
      known = { written: known.written || WRITES.has(verb), inserted: known.inserted || INSERTS.has(verb) };
    }
    return null;
  }

  /** What goes with these as they are run. */
  for(statements: readonly Pick<BoundStatement, "sql">[]): AfterWrites {
    return statements.some(({ sql }) => calledOfLastWrite(sql).size > 0) ? { lastWrite: this.lastWrite } : {};
  }
}

/** The strings of a request that is one commit, with an error in place of those that can't be told. */
export function withoutUntold(strings: readonly Prepared[]): readonly Prepared[] {
  const own = new OwnWrites();
  const before: BoundStatement[] = [];
  return strings.map((string) => {
    if (string.kind === "failed") return string;
    before.push(...string.all);
    const message = own.untold(before);
    return message === null ? string : { kind: "failed", message };
  });
}

function refusal(name: string, what: string): string {
  return `${name}() tells only of earlier statements of the same request, and none has ${what}: send them together, or use RETURNING`;
}
