import type { IncomingHttpHeaders } from "node:http";
import type { DynamicModule } from "@nestjs/common";
import type { Credential } from "../../auth/credential.js";
import type { SignatureClaim } from "../../signatures/signature-claim.js";
import type { StaticPage } from "../pages/static-page.js";
import type { ApiDocument } from "./api-document.js";
import type { Operation } from "./operation.js";
import type { ResponseFormat } from "./response-format.js";

/** Headers that pages of other origins may send and read. */
export interface CorsHeaders {
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** A request before its body. */
export interface RequestHead {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A form of trace ids beside `traceparent`. */
export interface TraceIds {
  /** The header that has one in a request, and in every response. */
  readonly header: string;
  /** Null where the request has none that may stand in a log. `body` is undefined until it has been read. */
  read(head: RequestHead, body: unknown): string | null;
}

/** Advice for messages, in full sentences. */
export interface Advice {
  /** Of sending a URL that is too long. */
  readonly longUrl: string;
  /** Of asking for so large a response while others wait. */
  readonly largeResponse: string;
}

/** One HTTP API: all in which it differs from another one. */
export interface Surface {
  readonly name: string;
  /** Its name for people. */
  readonly title: string;
  readonly operations: readonly Operation[];
  readonly pages: readonly StaticPage[];
  readonly document: ApiDocument;
  /** Its controllers. */
  readonly module: DynamicModule;
  readonly cors: CorsHeaders;
  /** Headers of every response, errors included. */
  readonly headers: { readonly [name: string]: string };
  readonly advice: Advice;
  readonly traceIds?: TraceIds;
  /** Bodies are read as they are, whatever their Content-Type says. */
  readonly ignoresMediaType?: boolean;
  /** Whether a path that no route matched is this surface's to refuse. */
  owns(path: string): boolean;
  /** Whether a stranger hears 401 on a path of its own that no route matched, rather than that it doesn't exist. */
  hides?(path: string): boolean;
  /** The URL that is meant by one of its own that is written differently; absent where there is but one form. */
  canonicalUrl?(url: string): string;
  /** The credentials that a request offers, in the order in which they are tried. */
  credentials(head: RequestHead): readonly Credential[];
  /**
   * The signature of a request, where this surface has signed ones: `malformed` for one that can't be right, null for none.
   * A signed request offers no credentials.
   */
  signature?(head: RequestHead): SignatureClaim | "malformed" | null;
  /** Never refuses: the format is what a refusal is written in. */
  chooseFormat(head: RequestHead, operation: Operation | undefined): ResponseFormat;
  /** The query string as values, before its schema. `text` is without the question mark. Throws ApiError. */
  readQuery(text: string): unknown;
  /** The body as a value, before its schema; undefined for none. Throws ApiError. */
  readBody(bytes: Buffer, headers: IncomingHttpHeaders): unknown;
}
