import { ERROR_CODES } from "../../../errors/error-table.js";
import { wireCode } from "../run/error-codes.js";

/** Codes that this surface makes by itself, and when. */
const OWN: readonly (readonly [code: string, when: string])[] = [
  ["SQL_NO_STATEMENT", "A text without a statement where one is expected"],
  ["SQL_MANY_STATEMENTS", "Several statements where one is expected; `sequence` takes several"],
  ["ARGS_BOTH_POSITIONAL_AND_NAMED", "Arguments of both kinds in one statement"],
  ["SQL_NOT_FOUND", "A `sql_id` that the stream has not stored"],
  ["SQL_INPUT_ERROR", "Both `sql` and `sql_id`, or neither"],
  ["SQL_STORE_TOO_MANY", "More stored texts than a stream, or all that wait, may have"],
  ["SQL_STORE_TOO_LARGE", "A text that is too long to be stored"],
];

/** The section of docs/reference/errors.md about this surface. */
export function renderLibsqlErrors(): string {
  const codes = new Map<string, string[]>();
  for (const code of ERROR_CODES) {
    const wire = wireCode(code);
    if (wire !== code) codes.set(wire, [...(codes.get(wire) ?? []), `\`${code}\``]);
  }
  const rows = [
    ...[...codes].map(([wire, own]) => `| \`${wire}\` | ${own.join(", ")} |`),
    ...OWN.map(([wire, when]) => `| \`${wire}\` | ${when} |`),
  ];
  return `
## libSQL

On the paths below \`/hrana/\` an error of a statement is its result, with status 200:
\`{"type":"error","error":{"message":"SQLite error: no such table: nope","code":"SQLITE_UNKNOWN"}}\`. What is wrong with the
whole request has the status of the list above, and the body \`{"message":…,"code":…,"error":{…}}\`. An ended transaction is
400 \`STREAM_EXPIRED\`. Codes that are not in this table are those of the list above.

| \`code\` | code of the list above, or when |
| --- | --- |
${rows.join("\n")}
`;
}
