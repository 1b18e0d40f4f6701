/** The first page of the OpenAPI document, as Markdown. */
export const INTRODUCTION = `The HTTP API of SQLExec, over the branches of HeliosDB.

\`database\` is a branch, and \`name@point\` is that branch at a point in time, which can only be read:
\`main@2026-02-15T08:00:00Z\`, \`main@scn:42\`, \`main@snapshot:snap_2a\`.

A request is authenticated in one of three ways, chosen by its headers: signed (\`X-Timestamp\`, \`X-Nonce\` and
\`X-Signature\`, with the key's **id** as \`X-API-Key\`), by \`Authorization: Bearer\` with a JWT or a complete API key, or
by \`X-API-Key\` with a complete API key.

\`X-Trace-ID\` in a request names it in the audit log, and stands in every response.
`;

/** The ways to authenticate, as OpenAPI security schemes. */
export const SECURITY = {
  bearer: { type: "http", scheme: "bearer", description: "A JWT, or a complete API key." },
  apiKey: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description:
      "A complete API key. In a signed request, with `X-Timestamp`, `X-Nonce` and `X-Signature`, it is the key's id.",
  },
} as const;
