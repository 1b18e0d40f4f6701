import { heliumOperation, responses } from "../../format/helium-operation.js";
import { loginRequest } from "./credentials.js";

const TAG = "Session";

export const heliumLogin = heliumOperation(
  {
    id: "heliumLogin",
    method: "POST",
    path: "/api/v1/login",
    tag: TAG,
    summary: "Log in",
    description:
      "Opens a session of an API key. The session can do what the key can, and ends when it has not been used for a " +
      "while, or with the key.",
    access: "public",
    rate: "public",
    changes: false,
    audited: true,
    holdsSecret: true,
    body: loginRequest,
    bodyContent: {
      "application/json": { schema: loginRequest.json },
      "application/x-www-form-urlencoded": { schema: loginRequest.json },
    },
    responses: responses(
      {
        description: "The session",
        schema: { type: "object", required: ["apiKey"], properties: { apiKey: { type: "string" } } },
        example: { apiKey: "hs_3q2-7wA9c0K5m8xR1nV4bT6yU0iO2pL3sD5fG7hJ9kQ" },
      },
      [400, 413, 415, 429, 503],
    ),
  },
  { unauthorized: 400 },
);

export const heliumPing = heliumOperation({
  id: "heliumPing",
  method: "GET",
  path: "/api/v1/ping",
  tag: TAG,
  summary: "Test a session",
  description: "Tells when the session of the header `X-API-Key` ends, and doesn't make it end later.",
  access: "public",
  rate: "public",
  responses: responses(
    {
      description: "Whether there is such a session",
      schema: {
        type: "object",
        required: ["validApiKey", "expiresAt"],
        properties: {
          validApiKey: { type: "boolean" },
          expiresAt: { type: "integer", format: "int64", nullable: true, description: "Milliseconds since 1970." },
        },
      },
      example: { validApiKey: true, expiresAt: 1531543523338 },
    },
    [400, 429, 503],
  ),
});
