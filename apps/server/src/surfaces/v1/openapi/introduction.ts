export const INTRODUCTION = `A SQL database that you can branch, merge and read at any past moment.

Every answer comes in one of two dialects, chosen by \`Accept\`:

| Accept | dialect |
| --- | --- |
| \`application/vnd.heliosdb.lite.v1+json\` | bare resources, times in seconds, rows as objects |
| \`application/vnd.heliosdb.v1+json\` | \`{success, data, meta}\`, ISO 8601 times, rows as lists |
| \`application/json\`, anything else or nothing | the server's default (HELIOSDB_API_DIALECT), at first the first of these |

Requests take the field names of both. Every answer carries \`X-Request-Id\`.

Authenticate with a JWT (\`Authorization: Bearer …\`) or an API key (\`X-API-Key: …\`). When both are sent, the JWT is
tried first.`;

export const TAGS: readonly (readonly [name: string, description: string])[] = [
  ["Branches", "Create, inspect, change, merge and delete branches."],
  ["History", "What was done, by whom, to which row, and how two states differ."],
  ["Snapshots", "Keep states, and go back to them."],
  ["Files", "Branches as SQLite files."],
  ["Retention", "How long the past is kept."],
  ["Data", "Read and write the rows of a table."],
  ["SQL", "Run SQL."],
  ["Authentication", "Tokens and API keys."],
  ["Tenants", "Databases of their own, for the server's operator."],
  ["Audit", "Who did what."],
  ["Webhooks", "Have events sent to a program elsewhere."],
  ["Backups", "Copies of the whole data folder, for the server's operator."],
  ["Server", "Health, readiness, version and this document."],
];
