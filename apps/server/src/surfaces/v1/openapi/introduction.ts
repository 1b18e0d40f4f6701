export const INTRODUCTION = `A SQL database that you can branch, merge and read at any past point in time.

Every response is in one of two dialects, chosen by \`Accept\`:

| Accept | dialect |
| --- | --- |
| \`application/vnd.heliosdb.lite.v1+json\` | bare resources, times in seconds, rows as objects |
| \`application/vnd.heliosdb.v1+json\` | \`{success, data, meta}\`, ISO 8601 times, rows as lists |
| \`application/json\`, anything else or nothing | the server's default (HELIOSDB_API_DIALECT), \`lite\` unless set |

Requests take the field names of both. Every response has \`X-Request-Id\`.

Authenticate with a JWT (\`Authorization: Bearer …\`) or an API key (\`X-API-Key: …\`). When both are sent, the JWT is
tried first.`;

export const TAGS: readonly (readonly [name: string, description: string])[] = [
  ["Branches", "Create, inspect, change, merge and delete branches."],
  ["History", "Commits, the versions of a row, and differences between states."],
  ["Snapshots", "Keep states of a branch, and restore them."],
  ["Files", "Download and import branches as SQLite files."],
  ["Retention", "Show and change how long history is kept."],
  ["Data", "Read and write the rows of a table."],
  ["SQL", "Run SQL."],
  ["Authentication", "Tokens and API keys."],
  ["Queries", "See what is running, and cancel it."],
  ["Tenants", "Tenants and their databases, for the server's operator."],
  ["Audit", "The audit log: who did what."],
  ["Webhooks", "Send events about branches to other programs."],
  ["Events", "Follow events about branches over an open connection."],
  ["Backups", "Backups of the whole data folder, for the server's operator."],
  ["Server", "Health, readiness, version and this document."],
];
