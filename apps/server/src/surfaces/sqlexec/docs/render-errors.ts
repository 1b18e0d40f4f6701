import { ERROR_CODES, ERRORS } from "../../../errors/error-table.js";
import { INVALID_BODY, TEXTS } from "../presenters/error-texts.js";

/** Texts of the document, and when they are sent. */
const OWN: readonly (readonly [status: number, text: string, when: string])[] = [
  [400, "query failed", "A statement that reads failed, whatever the cause: SQL, an unknown database, a timeout"],
  [400, "execute failed", "A statement that writes, or that is no known statement, failed, whatever the cause"],
  [400, "sql field is required", "The body has no `sql`, or an empty one"],
  [400, INVALID_BODY, "The body is not JSON, or a field has another type"],
  [400, "query string not allowed", "The URL has a query string, which a signature would not cover"],
];

/** The section of docs/reference/errors.md about this surface. */
export function renderSqlexecErrors(): string {
  const rows = [
    ...OWN.map(([status, text, when]) => `| ${status} | \`${text}\` | ${when} |`),
    ...Object.entries(TEXTS).map(([status, text]) => `| ${status} | \`${text}\` | ${codesOf(Number(status))} |`),
  ];
  return `
## SQLExec

Errors of \`/api/v1\` have a fixed text and the status. The code of the list above is in the audit log and the server's log.

\`\`\`json
{ "error": "query failed", "code": 400 }
\`\`\`

| Status | \`error\` | When |
| --- | --- | --- |
${rows.join("\n")}
`;
}

/** A statement's own errors are 400s here. */
function codesOf(status: number): string {
  if (status === 400) return "Anything else in the request";
  const codes = ERROR_CODES.filter((code) => ERRORS[code].status === status && isOfRequests(code));
  return codes.map((code) => `\`${code}\``).join(", ");
}

function isOfRequests(code: string): boolean {
  const { status } = ERRORS[code as keyof typeof ERRORS];
  if (status >= 500 || code.startsWith("IDEMPOTENCY_")) return true;
  return [
    ...["UNAUTHORIZED", "FORBIDDEN", "HOST_NOT_ALLOWED", "ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED", "RATE_LIMITED"],
    ...["PAYLOAD_TOO_LARGE", "URL_TOO_LONG", "HEADERS_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"],
  ].includes(code);
}
