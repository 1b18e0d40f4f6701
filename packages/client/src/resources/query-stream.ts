import type { components } from "../generated/schema.js";
import { rowDecoder } from "../results/decode-rows.js";
import { type ColumnType, type Row, rowOf } from "../results/rows.js";
import { bytesOf } from "../transport/bytes.js";
import { linesOf } from "../transport/lines.js";
import type { CallOptions } from "../transport/options.js";
import type { Patience } from "../transport/patience.js";
import type { HttpResponse } from "../transport/platform.js";
import { errorOfBody } from "../transport/response.js";
import type { Transport } from "../transport/transport.js";
import { UnexpectedResponseError } from "../transport/unexpected-response.js";
import type { ValueForms } from "../transport/value-forms.js";

/** Facts that are known after the last row. */
export interface QueryEnd {
  readonly rowCount: number;
  readonly executionTimeMs: number;
  /** True if `maxRows` cut the result. */
  readonly truncated: boolean;
}

/**
 * Streamed rows, to be read once: `for await (const row of stream)`. Until it is read to its end, left or cancelled, it
 * occupies a connection; leaving the loop early stops the work on the server.
 */
export interface QueryStream<R = Row> extends AsyncIterable<R> {
  /** In order; equal names get `:1`, `:2` and so on. */
  readonly columns: readonly string[];
  /** An expression has the type of its first value among the first rows; `text` if these have none. */
  readonly columnTypes: readonly ColumnType[];
  /** The commit that is read. */
  readonly scn: number;
  /** With `explain`: one line per step. */
  readonly executionPlan?: string;
  /** Null until the last row has been read. */
  readonly end: QueryEnd | null;
  cancel(): Promise<void>;
}

type Line = Record<string, unknown>;
type Lines = AsyncGenerator<string, void, undefined>;

/** @internal */
export function streamQuery<R>(
  transport: Transport,
  branch: string,
  body: { readonly timeout_ms?: number },
  options: CallOptions,
): Promise<QueryStream<R>> {
  const request = {
    method: "POST",
    route: "/v1/branches/{branch}/query",
    branch,
    path: `/v1/branches/${encodeURIComponent(branch)}/query`,
    headers: { accept: "application/x-ndjson; dialect=lite", "content-type": "application/json" },
    text: JSON.stringify(body),
    serverTimeoutMs: body.timeout_ms,
  } as const;
  return transport.file(request, options, async (response, patience) => {
    const bytes = bytesOf(response.body, response.url, patience, options.signal, "POST");
    try {
      return await OpenStream.begin<R>(response, patience, linesOf(bytes), transport.forms);
    } catch (error) {
      patience.abandon();
      await bytes.return();
      throw error;
    }
  });
}

class OpenStream<R> implements QueryStream<R> {
  readonly columns: readonly string[];
  readonly columnTypes: readonly ColumnType[];
  readonly scn: number;
  readonly executionPlan?: string;
  end: QueryEnd | null = null;
  readonly #response: HttpResponse;
  readonly #patience: Patience;
  readonly #decode: ((row: Line) => void) | null;
  readonly #rows: AsyncGenerator<R, void, undefined>;

  static async begin<R>(
    response: HttpResponse,
    patience: Patience,
    lines: Lines,
    forms: ValueForms,
  ): Promise<OpenStream<R>> {
    const { value: first } = await lines.next();
    const known = first === undefined ? undefined : parsed(first, response);
    if (!Array.isArray(known?.columns) || !Array.isArray(known.column_types)) {
      throw new UnexpectedResponseError(
        "Expected the columns in the first line of the response. Check that the server is not older than this client.",
        response,
      );
    }
    return new OpenStream(known as unknown as components["schemas"]["QueryBegin"], response, patience, lines, forms);
  }

  private constructor(
    known: components["schemas"]["QueryBegin"],
    response: HttpResponse,
    patience: Patience,
    lines: Lines,
    forms: ValueForms,
  ) {
    this.columns = known.columns;
    this.columnTypes = known.column_types;
    this.scn = known.scn;
    if (known.execution_plan !== undefined) this.executionPlan = known.execution_plan;
    this.#response = response;
    this.#patience = patience;
    this.#decode = rowDecoder(known.columns, known.column_types, forms);
    this.#rows = this.#read(lines);
  }

  [Symbol.asyncIterator](): AsyncIterator<R, void, undefined> {
    return this.#rows;
  }

  async cancel(): Promise<void> {
    this.#patience.abandon();
    await this.#rows.return();
  }

  async *#read(lines: Lines): AsyncGenerator<R, void, undefined> {
    // A row may look like the last line: whether it was one shows only when another follows.
    let held: Line | null = null;
    try {
      for await (const line of lines) {
        if (held) yield this.#row(held);
        const value = parsed(line, this.#response);
        held = mayBeLast(value) ? value : null;
        if (!held) yield this.#row(value);
      }
      this.#finish(held);
    } finally {
      // Before the end, this abandons the response; afterwards it does nothing.
      this.#patience.abandon();
    }
  }

  #row(line: Line): R {
    this.#decode?.(line);
    return rowOf<R>(line);
  }

  #finish(last: Line | null): void {
    if (last?.end === true) {
      const end = last as unknown as components["schemas"]["QueryEnd"];
      this.end = { rowCount: end.row_count, executionTimeMs: end.execution_time_ms, truncated: end.truncated };
    } else if (last) {
      throw errorOfBody(last, this.#response, Number(last.status));
    } else {
      throw new UnexpectedResponseError(
        "The response ended before its last line, so rows may be missing. Send the query again.",
        this.#response,
      );
    }
  }
}

/** The end line has `end`, an error has a code and a status. */
function mayBeLast(line: Line): boolean {
  return line.end === true || (typeof line.code === "string" && typeof line.status === "number" && "error" in line);
}

function parsed(line: string, response: HttpResponse): Line {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value as Line;
  } catch {
    // The error is thrown below.
  }
  throw new UnexpectedResponseError(
    "Expected a JSON object on each line of the response. Check that baseUrl is the server's address.",
    response,
    line,
  );
}
