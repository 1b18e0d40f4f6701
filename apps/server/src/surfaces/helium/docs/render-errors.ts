import { ERROR_CODES, ERRORS, type ErrorCode } from "../../../errors/error-table.js";
import { ANSWERS, errorAnswer, NO_KEY, NO_SESSION } from "../format/error-messages.js";

/** The section about Helium's errors in docs/reference/errors.md. */
export function renderHeliumErrors(): string {
  const codes = ERROR_CODES.filter((code) => Object.hasOwn(ANSWERS, code)).toSorted(byStatus);
  return `
## Helium

Errors of \`/api/v1/login\`, \`/ping\` and \`/schemas\` are \`{"message": "No such table"}\`, without a code. A refused port at
login has \`relevantInput\` besides. Status and message of these conditions are Helium's:

| Condition | Status | Message |
| --- | --- | --- |
| \`UNAUTHORIZED\`, without \`X-API-Key\` | 401 | ${NO_KEY} |
| \`UNAUTHORIZED\`, with one that is no session, or one that has ended | 401 | ${NO_SESSION} |
| a login with wrong credentials | 400 | Unable to connect to localhost |
${codes.map(row).join("\n")}

All others have the status above, and the message of the error.
`;
}

function row(code: ErrorCode): string {
  const { status } = errorAnswer({ code, message: "" }, true);
  return `| \`${code}\` | ${status} | ${ANSWERS[code]!.message ?? "that of the error"} |`;
}

function byStatus(a: ErrorCode, b: ErrorCode): number {
  const [first, second] = [a, b].map((code) => ANSWERS[code]?.status ?? ERRORS[code].status) as [number, number];
  return first - second || (a < b ? -1 : 1);
}
