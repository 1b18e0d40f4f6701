import { HeliosError, type JsonRowForm, type JsonRowStream } from "@heliosdb/port";
import type { Logger } from "pino";
import type { HttpRequest } from "../context/http-request.js";
import { errorBody, metaOf } from "../response/respond.js";
import type { RowFormat } from "../surface/response-format.js";
import { NdjsonBody, type NdjsonTexts } from "./ndjson-body.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Set for a request that asks for its rows as a stream, once it has been validated. */
    stream: RowStreamResponse | null;
  }
}

interface StreamParts {
  readonly log: Logger;
  isClosing(): boolean;
}

/** Given to the handler of a request that asks for its rows as a stream; formats stay behind it. */
export class RowStreamResponse {
  private readonly gone = new AbortController();
  private body: NdjsonBody | null = null;

  constructor(
    private readonly request: HttpRequest,
    private readonly format: RowFormat,
    private readonly parts: StreamParts,
  ) {
    const { cancellation } = request.requestContext.caller!;
    const over = cancellation.begin(() => {
      const error = new HeliosError("QUERY_CANCELLED", "The query was cancelled. The rows so far are incomplete.");
      if (!this.body) this.gone.abort(error);
      if (this.body?.cancel(error) !== false) cancellation.hasStopped = true;
      over();
    });
    request.requestContext.onClose = () => {
      this.gone.abort();
      over();
    };
  }

  get rowForm(): JsonRowForm {
    return this.format.form;
  }

  /** Aborted when the client has gone away. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  get contentType(): string {
    return this.format.contentType;
  }

  /** The body of the response. */
  of(rows: JsonRowStream): NdjsonBody {
    const { request, format, parts } = this;
    // The work is charged, not the client's pace.
    request.requestContext.workedMs = () => rows.workedMs;
    const texts: NdjsonTexts = {
      first: () => JSON.stringify(format.first(rows, metaOf(request))),
      last: (end) => JSON.stringify(format.last({ ...end, scn: rows.scn }, metaOf(request))),
      failed: (error) => JSON.stringify(errorBody(request, error, parts.log)),
    };
    this.body = new NdjsonBody(rows, texts, parts.isClosing);
    return this.body;
  }
}
