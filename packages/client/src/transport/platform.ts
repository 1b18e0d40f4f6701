import type { Patience } from "./patience.js";

/** The parts of a fetch Response that are used. */
export interface HttpResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body: ByteStream | null;
  text(): Promise<string>;
}

/** The parts of a ReadableStream that are used. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
    cancel(): Promise<void>;
  };
}

export interface HttpRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A text, or the `content` of a file. */
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** The connections of one client to its server. */
export interface HttpConnections {
  /** Follows no redirect: another host would be handed the API key. */
  fetch(url: string, request: HttpRequest): Promise<HttpResponse>;
  /** Waits for pending requests. */
  close(): Promise<void>;
}

/** A file that is sent, opened again for each attempt. */
export interface SentFile {
  readonly sizeBytes: number;
  open(patience: Patience): { readonly content: unknown; discard(): void };
}

export interface ConnectionSettings {
  readonly baseUrl: string;
  readonly ca?: string | Uint8Array;
  /** Undefined where the caller leaves it to the platform. */
  readonly connections: number | undefined;
}

/** What a client needs of the place where it runs. */
export interface Platform {
  connect(settings: ConnectionSettings): HttpConnections;
  /** A file by its path, or in memory. */
  file(source: string | Blob): Promise<SentFile>;
  /** Writes a file that is complete or isn't there. */
  save(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  exists(path: string): Promise<boolean>;
}
