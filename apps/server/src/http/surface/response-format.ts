import type { JsonRowForm, StreamEnd, StreamHead } from "@heliosdb/port";
import type { Identity } from "../../auth/identity.js";
import type { ErrorReport } from "../../errors/api-error.js";
import type { Operation } from "./operation.js";

/** The facts about a request that a presenter gets beside the result. */
export interface ResponseMeta {
  readonly requestId: string;
  /** Since the request arrived, rounded to whole milliseconds. */
  readonly elapsedMs: number;
  /** Absent where nobody was authenticated. */
  readonly identity?: Identity;
}

export interface PresentedResult {
  /** Where it is not the operation's own. */
  readonly status?: number;
  /** Where it is not the format's own. */
  readonly contentType?: string;
  readonly headers?: { readonly [name: string]: string };
  /** Undefined for no body. */
  readonly body: unknown;
  readonly withheld?: Withheld;
}

/** Facts that a response keeps from its client; the log gets them. */
export type Withheld = { readonly [name: string]: string | number };

export interface PresentedError {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** Where it is not the format's own. */
  readonly contentType?: string;
  /** A Buffer is sent as it is, anything else as JSON; undefined for no body. */
  readonly body: unknown;
  readonly withheld?: Withheld;
}

/** The facts at the end of a stream of rows. */
export interface RowsEnd extends StreamEnd {
  readonly scn: number;
}

/** How rows are written as NDJSON: a first line, the rows, a last line. */
export interface RowFormat {
  readonly contentType: string;
  /** In which form the port is to write the rows. */
  readonly form: JsonRowForm;
  first(head: StreamHead, meta: ResponseMeta): unknown;
  last(end: RowsEnd, meta: ResponseMeta): unknown;
}

/** Values that absent fields have in a format. */
export interface InputDefaults {
  readonly query?: object;
  readonly body?: object;
}

/** One of the forms in which a surface answers. `operation` is always one of the same surface. */
export interface ResponseFormat {
  /** Of results and errors. */
  readonly contentType: string;
  /** How rows stand in its results. */
  readonly rowForm: JsonRowForm;
  /** Null unless the request asks for a stream of rows. */
  readonly rows: RowFormat | null;
  defaults(operation: Operation): InputDefaults;
  result(operation: Operation, result: unknown, meta: ResponseMeta): PresentedResult;
  /** `operation` is undefined for what no route matched. */
  error(report: ErrorReport, operation: Operation | undefined, meta: ResponseMeta): PresentedError;
}
