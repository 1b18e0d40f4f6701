import { type AsOf, urlPoint } from "../arguments/point.js";
import { bytesOf } from "../transport/bytes.js";
import type { CallOptions } from "../transport/options.js";
import type { Patience } from "../transport/patience.js";
import type { HttpResponse } from "../transport/platform.js";
import { MEDIA_TYPE, type Transport } from "../transport/transport.js";
import { UnexpectedResponseError } from "../transport/unexpected-response.js";
import { pathOf, urlOf } from "./parts.js";

/** `requestTimeoutMs` limits each pause, not the whole: a file may take any time as long as bytes arrive. */
export interface DownloadBranch extends CallOptions {
  /** Point in time to download. Default now. */
  readonly asOf?: AsOf;
}

export interface DownloadToFile extends DownloadBranch {
  /** Replace an existing file; without it, an existing file is an error. */
  readonly overwrite?: boolean;
}

/** A streamed SQLite file. Read it to its end or cancel it: until then it occupies a connection. */
export interface BranchFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly sizeBytes: number;
  /** The commit that it contains. */
  readonly scn: number;
  cancel(): Promise<void>;
}

export interface DownloadedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** The commit that it contains. */
  readonly scn: number;
}

/** @internal */
export function download(transport: Transport, branch: string, options: DownloadBranch): Promise<BranchFile> {
  const { asOf } = options;
  const name = encodeURIComponent(pathOf({ branch }).branch);
  const route = "/v1/branches/{branch}/file";
  const path = urlOf(
    route.replace("{branch}", () => name),
    { as_of: asOf === undefined ? undefined : urlPoint(asOf) },
  );
  // The dialect of an error; a file has none.
  const request = { method: "GET", route, branch, path, headers: { accept: MEDIA_TYPE } } as const;
  return transport.file(request, options, async (response, patience) => fileOf(response, patience, options.signal));
}

/**
 * Writes the file beside its target first, so that the file at `path` is always complete.
 * @internal
 */
export async function downloadTo(
  transport: Transport,
  branch: string,
  path: string,
  options: DownloadToFile,
): Promise<DownloadedFile> {
  const { platform } = transport;
  if (!options.overwrite && (await platform.exists(path))) {
    throw new Error(`${path} already exists. Choose another file, or set overwrite.`);
  }
  const file = await download(transport, branch, options);
  try {
    await platform.save(path, file.bytes);
  } finally {
    await file.cancel();
  }
  return { path, sizeBytes: file.sizeBytes, scn: file.scn };
}

function fileOf(response: HttpResponse, patience: Patience, signal: AbortSignal | undefined): BranchFile {
  const scn = Number(response.headers.get("x-helios-scn") ?? Number.NaN);
  const sizeBytes = Number(response.headers.get("content-length") ?? Number.NaN);
  if (response.body === null || Number.isNaN(scn) || Number.isNaN(sizeBytes)) {
    patience.abandon();
    throw new UnexpectedResponseError(
      "Expected a file, got another kind of response. Check that baseUrl is the server's address.",
      response,
    );
  }
  const bytes = bytesOf(response.body, response.url, patience, signal);
  return {
    bytes,
    sizeBytes,
    scn,
    async cancel() {
      patience.abandon();
      await bytes.return();
    },
  };
}
