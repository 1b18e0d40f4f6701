import { type AsOf, urlPoint } from "../arguments/point.js";
import { type Moment, wireTime } from "../arguments/time.js";
import type { components } from "../generated/schema.js";
import { type Branch, branchOf } from "../results/branch.js";
import type { CallOptions } from "../transport/options.js";
import { readResponse } from "../transport/response.js";
import { MEDIA_TYPE, type Transport } from "../transport/transport.js";
import { pathOf, urlOf } from "./parts.js";

/**
 * `requestTimeoutMs` limits each pause, not the whole: sending may take any time, the server's checks may not. For a Blob
 * it limits the whole.
 */
export interface UploadBranch extends CallOptions {
  /**
   * The state that the file was downloaded from. The branch then forks from there, and one commit brings the file's
   * changes to it.
   */
  readonly from?: { readonly branch: string; readonly asOf: AsOf };
  readonly displayName?: string;
  /** When the branch is deleted automatically. Default never. */
  readonly expiresAt?: Moment;
  /** For the branch's history. */
  readonly message?: string;
}

/** @internal */
export async function upload(
  transport: Transport,
  name: string,
  source: string | Blob,
  options: UploadBranch,
): Promise<Branch> {
  const { from, displayName, expiresAt, message } = options;
  const file = await transport.platform.file(source);
  const query = {
    from: from && `${pathOf({ branch: from.branch }).branch}@${urlPoint(from.asOf)}`,
    display_name: displayName,
    expires_at: expiresAt === undefined ? undefined : wireTime(expiresAt),
    message,
  };
  const request = {
    method: "PUT",
    route: "/v1/branches/{branch}/file",
    branch: name,
    path: urlOf(`/v1/branches/${encodeURIComponent(pathOf({ branch: name }).branch)}/file`, query),
    headers: {
      accept: MEDIA_TYPE,
      "content-type": "application/vnd.sqlite3",
      "content-length": String(file.sizeBytes),
    },
    file,
  } as const;
  return transport.file(request, options, async (response, patience) => {
    try {
      const read = await readResponse(response);
      return branchOf(read.json() as components["schemas"]["Branch"]);
    } finally {
      patience.end();
    }
  });
}
