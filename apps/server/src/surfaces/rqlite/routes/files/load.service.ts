import { HeliosError } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, withAuthor } from "../../../../auth/caller.js";
import { ApiError } from "../../../../errors/api-error.js";
import { FilesService, type IncomingFile } from "../../../../files/files.service.js";
import { SqlLimits } from "../../../../sql/sql-limits.js";
import { scriptStatements } from "../../dump/dump-script.js";
import { failed, type Outcomes, writtenOutcome } from "../../statements/outcome.js";
import { isOfRequest, statementError } from "../../statements/statement-errors.js";
import { textOf } from "../../statements/write-runner.js";
import { readLoadBody } from "./body-kind.js";

/** Loads files and scripts into a branch, each by one commit. */
@Injectable()
export class LoadService {
  constructor(
    private readonly files: FilesService,
    private readonly limits: SqlLimits,
  ) {}

  async load(caller: Caller, branch: string, file: IncomingFile): Promise<Outcomes> {
    const body = await readLoadBody(file, this.limits.maxBytes);
    if (body.kind === "text") return this.run(caller, branch, body.text);
    const { scn } = await this.files.replace(caller, branch, "Load a SQLite file", body.bytes);
    return { mode: "execute", outcomes: [], scn };
  }

  /** The same for a file alone. */
  async boot(caller: Caller, branch: string, file: IncomingFile): Promise<number> {
    const body = await readLoadBody(file, this.limits.maxBytes);
    if (body.kind === "text") throw new ApiError("BAD_REQUEST", "invalid SQLite data");
    return (await this.files.replace(caller, branch, "Boot from a SQLite file", body.bytes)).scn;
  }

  private async run(caller: Caller, branch: string, text: string): Promise<Outcomes> {
    const statements = scriptStatements(text).map(({ sql }) => ({ sql }));
    if (statements.length === 0) {
      await caller.database.getBranch({ branch });
      return { mode: "execute", outcomes: [], scn: null };
    }
    const start = performance.now();
    const bounds = { deadlineMs: this.limits.maxTimeoutMs, maxRows: this.limits.maxRows };
    const rules = { doubleQuotedStrings: true, queries: true, message: "Load a script" };
    try {
      const { results, scn } = await caller.database.execute(
        withAuthor(caller, { branch, statements, ...bounds, ...rules }),
      );
      return { mode: "execute", outcomes: [writtenOutcome(results.at(-1)!, performance.now() - start)], scn };
    } catch (error) {
      if (!(error instanceof HeliosError) || isOfRequest(error)) throw error;
      return {
        mode: "execute",
        outcomes: [failed(statementError(error, "execute", textOf(error, statements)))],
        scn: null,
      };
    }
  }
}
