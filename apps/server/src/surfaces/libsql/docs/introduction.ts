/** The first page of the OpenAPI document, as Markdown. */
export const INTRODUCTION = `The protocol of libSQL over HTTP (Hrana 2 and 3), over the branches of HeliosDB: its clients, and what is built on
them, work with an address of this server as they are.

The address is \`/hrana/<branch>/\`, with the slash at its end, or \`/hrana/<branch>@<point>/\` for a branch at a point in time,
which can only be read: \`main@2026-02-15T08:00:00Z\`, \`main@scn:42\`, \`main@snapshot:snap_2a\`. The token is an API key, or a
JWT.
`;

/** The ways to authenticate, as OpenAPI security schemes. */
export const SECURITY = {
  bearer: { type: "http", scheme: "bearer", description: "A complete API key, or a JWT." },
  apiKey: { type: "apiKey", in: "header", name: "X-API-Key", description: "A complete API key." },
} as const;
