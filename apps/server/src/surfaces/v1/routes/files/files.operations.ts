import { described, objectOf, optional, text } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { fileBody } from "../../schemas/file-body.js";
import { origin } from "../../schemas/origin.js";
import { pointFields } from "../../schemas/point.js";
import { branchName, branchPath, displayName, expiresAt } from "../branches/branches.operations.js";

const TAG = "Files";
const PATH = "/v1/branches/{branch}/file";

/** The media type that IANA lists for SQLite files. */
export const SQLITE_TYPE = "application/vnd.sqlite3";

export const exportFile = operation({
  id: "exportFile",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "Download a branch as a SQLite file",
  description: "An ordinary SQLite file with the branch's tables, now or at a point in time.",
  access: "read",
  rate: "heavy",
  audited: true,
  params: branchPath,
  query: queryOf(pointFields),
  rawResponses: { [SQLITE_TYPE]: { schema: { type: "string", format: "binary" } } },
  responseHeaders: {
    "Content-Disposition": {
      description: "Name of the file.",
      schema: { type: "string", example: 'attachment; filename="main-42.sqlite3"' },
    },
    "X-Helios-Scn": { description: "SCN of the state in the file.", schema: { type: "integer", format: "int64" } },
  },
  errors: [...POINT_ERRORS, "BRANCH_NOT_FOUND", "QUERY_TIMEOUT", "TABLE_NOT_VERSIONED", "RESOURCE_LIMIT"],
});

export const importFile = operation({
  id: "importFile",
  method: "PUT",
  path: PATH,
  tag: TAG,
  summary: "Import a SQLite file as a branch",
  description:
    "The branch must not exist yet. With `from`, the file is a changed copy of that state: the branch forks from " +
    "there, and one commit contains the differences. Without `from` the branch shares no history with the others, " +
    "but can still be merged with them. The largest file is HELIOSDB_MAX_FILE_BYTES.",
  access: "admin",
  rate: "heavy",
  status: 201,
  params: objectOf({ branch: described("Name of the new branch.", branchName) }),
  query: queryOf(
    {
      from: optional(origin),
      display_name: optional(displayName),
      expires_at: optional(expiresAt),
      message: optional(text({ maxLength: 10_000, description: "Commit message." })),
    },
    { ttl: "expires_at", merge_message: "message" },
  ),
  bodyTypes: [SQLITE_TYPE, "application/x-sqlite3", "application/octet-stream"],
  body: fileBody,
  view: "branch",
  errors: [
    ...POINT_ERRORS,
    "BRANCH_NOT_FOUND",
    "INVALID_BRANCH_NAME",
    "BRANCH_EXISTS",
    "INVALID_FILE",
    "TABLE_NOT_VERSIONED",
    "RESOURCE_LIMIT",
  ],
});
