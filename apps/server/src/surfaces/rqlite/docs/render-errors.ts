import { ERROR_CODES, ERRORS } from "../../../errors/error-table.js";
import { errorText, statusOf } from "../presenters/errors.js";
import { isOfRequestCode } from "../statements/statement-errors.js";

/** Conditions of HTTP, and of files that are loaded. */
const OF_HTTP: ReadonlySet<string> = new Set([
  "BAD_REQUEST",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "HOST_NOT_ALLOWED",
  "ROUTE_NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "PAYLOAD_TOO_LARGE",
  "URL_TOO_LONG",
  "RATE_LIMITED",
  "INVALID_FILE",
  "BRANCH_PROTECTED",
  "BRANCH_READ_ONLY",
]);

/** The section of docs/reference/errors.md about this surface. */
export function renderRqliteErrors(): string {
  const codes = ERROR_CODES.filter((code) => OF_HTTP.has(code) || isOfRequestCode(code));
  const rows = codes.map((code) => {
    const body = errorText({ code, message: "" }) === null ? "empty" : "text";
    return `| \`${code}\` | ${statusOf(code)} | ${ERRORS[code].when.replaceAll("|", "\\|")} | ${body} |`;
  });
  return `
## rqlite

On the paths of rqlite (\`/db/*\`, \`/status\` and others) an error of a statement is its result, with status 200:
\`{"results":[{"error":"no such table: nope"}]}\`. Its text is SQLite's where SQLite refused the statement. These
conditions end the whole request, with a message as plain text or without a body:

| Code | Status | When | Body |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}
