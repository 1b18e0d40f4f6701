import type { RowForm, RowStream } from "@heliosdb/port";
import { PRESENTERS } from "../../surfaces/v1/formats/presenters.js";
import type { CallRequest } from "../context/request-context.js";
import type { EdgeParts } from "../pipeline/install.js";
import { contextOf, errorBody } from "../response/respond.js";
import { type LineTexts, RowLines } from "./ndjson-body.js";

/** Given to the handler of a request that asks for lines of JSON; dialects stay behind it. */
export class LineAnswer {
  private readonly gone = new AbortController();

  constructor(
    private readonly request: CallRequest,
    private readonly parts: Pick<EdgeParts, "isClosing" | "log">,
  ) {
    request.state.onGone = () => this.gone.abort();
  }

  get rowForm(): RowForm {
    return PRESENTERS[this.request.state.dialect].lines.rows;
  }

  /** Aborted when the client has gone away. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get contentType(): string {
    return this.request.state.linesType!;
  }

  /** The body of the answer. */
  of(rows: RowStream): RowLines {
    const { request } = this;
    // The work is charged, not the client's pace.
    request.state.workedMs = () => rows.workedMs;
    const presenter = PRESENTERS[request.state.dialect];
    const texts: LineTexts = {
      first: () => JSON.stringify(presenter.lines.first.present(rows, contextOf(request))),
      last: (end) => JSON.stringify(presenter.lines.last.present({ ...end, scn: rows.scn }, contextOf(request))),
      failed: (error) => JSON.stringify(errorBody(request, error, this.parts.log)),
    };
    return new RowLines(rows, texts, this.parts.isClosing);
  }
}
