import type { IncomingHttpHeaders } from "node:http";

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** In place of a body that is JSON. */
  readonly text?: string;
  /** Announces more bytes than it sends, and ends the connection. */
  readonly cut?: boolean;
  /** Ends the connection instead of answering. */
  readonly drop?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

export const NO_BRANCHES = { body: { total: 0, branches: [] } };
export const EMPTY_RESULT = {
  body: { columns: [], column_types: [], rows: [], row_count: 0, execution_time_ms: 1, truncated: false, scn: 1 },
};

/** An error body as the server writes it. */
export function refusal(
  status: number,
  code: string,
  more: object = {},
  headers: Record<string, string> = {},
): Scripted {
  return {
    status,
    headers,
    body: { status, error: "Word", message: `refused with ${code}`, code, request_id: "req_1", ...more },
  };
}
