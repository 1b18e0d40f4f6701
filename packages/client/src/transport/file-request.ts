import type { SentFile } from "./platform.js";

/** A request whose body or response is a file, or as long as one. */
export interface FileRequest {
  readonly method: "GET" | "PUT" | "POST";
  /** The path as in the API's document. */
  readonly route: string;
  readonly branch?: string;
  /** With its query, already encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly file?: SentFile;
  /** A short body, in place of a file. */
  readonly text?: string;
  /** The timeout that was sent to the server: the response may begin that late. */
  readonly serverTimeoutMs?: number;
}
