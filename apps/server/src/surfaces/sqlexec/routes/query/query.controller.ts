import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { StatementRunner } from "../../run/statement-runner.js";
import type { StatementResult } from "../../statement/outcome.js";
import { sqlexecQuery } from "./query.operations.js";

@Controller()
export class QueryController {
  constructor(private readonly statements: StatementRunner) {}

  @Operation(sqlexecQuery)
  async sqlexecQuery(@Input() { caller, body }: Input<typeof sqlexecQuery>): Promise<StatementResult> {
    const { sql, database, ignored } = body;
    const outcome = await this.statements.run(caller, sql, database);
    return { outcome, scn: outcome.scn, ignored };
  }
}
