import { Injectable } from "@nestjs/common";
import type { Caller } from "../../../auth/caller.js";
import { ApiError } from "../../../errors/api-error.js";
import { SqlLimits } from "../../../sql/sql-limits.js";
import type { Parameters } from "../parameters/parameters.js";
import type { GivenStatement } from "../readers/statements.js";
import { Deadline } from "./deadline.js";
import type { Mode, Outcomes } from "./outcome.js";
import { withoutUntold } from "./own-writes.js";
import { type Prepared, prepare } from "./prepared.js";
import { runQueries } from "./query-runner.js";
import { runTransaction } from "./transaction-runner.js";
import { onlyReads, WriteRunner } from "./write-runner.js";

/** Runs the statements of a request. */
@Injectable()
export class StatementsService {
  constructor(private readonly limits: SqlLimits) {}

  query(caller: Caller, url: Parameters, given: readonly GivenStatement[]): Promise<Outcomes> {
    return this.read(caller, url, prepare(given), "query");
  }

  execute(caller: Caller, url: Parameters, given: readonly GivenStatement[]): Promise<Outcomes> {
    if (url.at) throw new ApiError("BAD_REQUEST", "as_of is for reads: send them to /db/query");
    return this.write(caller, url, prepare(given), "execute");
  }

  /** Statements of both kinds. At a point in time all of them must read. */
  request(caller: Caller, url: Parameters, given: readonly GivenStatement[]): Promise<Outcomes> {
    const strings = prepare(given);
    const reads = strings.every((string) => string.kind === "statements" && string.all.every(onlyReads));
    if (url.at || (url.transaction && reads)) return this.read(caller, url, strings, "request");
    return this.write(caller, url, strings, "request");
  }

  private read(caller: Caller, url: Parameters, strings: readonly Prepared[], mode: Mode): Promise<Outcomes> {
    const { branch, at, transaction } = url;
    const reading = { branch, at, transaction, maxRows: this.limits.maxRows };
    return runQueries(caller, reading, strings, new Deadline(url, this.limits), mode);
  }

  private write(caller: Caller, url: Parameters, strings: readonly Prepared[], mode: Mode): Promise<Outcomes> {
    const reading = { branch: url.branch, maxRows: this.limits.maxRows };
    const deadline = new Deadline(url, this.limits);
    if (url.transaction) return runTransaction(caller, reading, withoutUntold(strings), deadline, mode);
    return new WriteRunner(caller, reading, deadline, mode).run(strings);
  }
}
