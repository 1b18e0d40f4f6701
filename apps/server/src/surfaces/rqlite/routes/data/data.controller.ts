import { Controller, Res } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import { ApiError } from "../../../../errors/api-error.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import type { Parameters } from "../../parameters/parameters.js";
import type { GivenStatement } from "../../readers/statements.js";
import type { Outcomes } from "../../statements/outcome.js";
import { StatementsService } from "../../statements/statements.service.js";
import * as operations from "./data.operations.js";

@Controller()
export class DataController {
  private sequence = 0n;

  constructor(private readonly statements: StatementsService) {}

  @Operation(operations.rqliteExecute)
  async rqliteExecute(
    @Input() { caller, query, body }: Input<typeof operations.rqliteExecute>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcomes> {
    const outcomes = told(reply, await this.statements.execute(caller, query, given(body)));
    // Nothing waits in a queue: by now the write has been made.
    return query.queue ? { ...outcomes, outcomes: [], sequence: this.nextSequence() } : outcomes;
  }

  @Operation(operations.rqliteQuery)
  async rqliteQuery(
    @Input() { caller, query }: Input<typeof operations.rqliteQuery>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcomes> {
    return told(reply, await this.statements.query(caller, query, statementOf(query)));
  }

  @Operation(operations.rqliteQueryStatements)
  async rqliteQueryStatements(
    @Input() { caller, query, body }: Input<typeof operations.rqliteQueryStatements>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcomes> {
    return told(reply, await this.statements.query(caller, query, given(body)));
  }

  @Operation(operations.rqliteRequest)
  async rqliteRequest(
    @Input() { caller, query, body }: Input<typeof operations.rqliteRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Outcomes> {
    return told(reply, await this.statements.request(caller, query, given(body)));
  }

  private nextSequence(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.sequence = now > this.sequence ? now : this.sequence + 1n;
    return this.sequence;
  }
}

function told(reply: FastifyReply, outcomes: Outcomes): Outcomes {
  if (outcomes.scn !== null) reply.header("x-helios-scn", outcomes.scn);
  return outcomes;
}

function given(body: readonly GivenStatement[] | undefined): readonly GivenStatement[] {
  if (body === undefined) throw new ApiError("BAD_REQUEST", "invalid JSON body");
  return body;
}

function statementOf({ q }: Parameters): readonly GivenStatement[] {
  return q === undefined ? [] : [{ sql: q, arguments: [] }];
}
