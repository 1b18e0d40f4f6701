/** Markdown for the OpenAPI document. */
export const INTRODUCTION = `Helium's HTTP API over HeliosDB. A branch is a schema, and \`name@point\` is a schema that can only
be read: \`main@scn:42\`.

Log in with an API key (\`username\`: its id or name, \`password\`: the whole key), and send the session that you get as
\`X-API-Key\`. Every response to it says in \`X-Session-Expiration\` when the session ends, in milliseconds since 1970.

Errors have the form \`{"message": "…"}\`.`;
