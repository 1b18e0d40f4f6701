import { describedOperation } from "../../../../http/surface/described-operation.js";

export const sqlexecHealth = describedOperation({
  id: "sqlexecHealth",
  method: "GET",
  path: "/api/v1/health",
  tag: "Server",
  summary: "Health check",
  access: "public",
  rate: null,
  responses: {
    "200": {
      description: "The server responds",
      content: {
        "application/json": {
          schema: { type: "object", properties: { status: { type: "string" }, version: { type: "string" } } },
          example: { status: "ok", version: "1.0.0" },
        },
      },
    },
  },
});
