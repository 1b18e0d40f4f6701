import type { DynamicModule } from "@nestjs/common";
import { ApiDocument } from "../../http/surface/api-document.js";
import type { Surface } from "../../http/surface/surface.js";
import { INTRODUCTION } from "./docs/introduction.js";
import { formatFor } from "./format/helium-format.js";
import { readBody } from "./readers/body.js";
import { readQueryString } from "./readers/query-string.js";
import { readCredentials } from "./readers/session-key.js";
import { HeliumModule } from "./routes/helium.module.js";
import { OPERATIONS } from "./routes/index.js";

const TITLE = "Helium";
const OWN = /^\/api\/v1\/(login|ping|schemas)(?=$|[/?])/i;
/** Below `/schemas`, strangers hear nothing but 401. */
const HIDDEN = /^\/api\/v1\/schemas(?=$|\/)/;

/**
 * The HTTP API of Helium: `/api/v1/login`, `/ping` and `/schemas`.
 * @param services what the controllers need, for a preview of the routes
 */
export function heliumSurface(services: () => DynamicModule): Surface {
  const module: DynamicModule = { module: HeliumModule };
  const security = {
    session: { type: "apiKey", in: "header", name: "X-API-Key", description: "From `POST /api/v1/login`." },
  };
  const document = new ApiDocument(
    async () =>
      (await import("../../http/document/render-surface.js")).renderSurface(
        { title: TITLE, introduction: INTRODUCTION, operations: OPERATIONS, module, security },
        services(),
      ),
    "/v1/openapi.helium",
  );
  return {
    name: "helium",
    title: TITLE,
    operations: OPERATIONS,
    pages: [],
    document,
    module,
    headers: { "cache-control": "no-store" },
    cors: {
      request: ["X-API-Key", "Content-Type", "X-Request-Id", "Idempotency-Key", "Traceparent", "Tracestate"],
      response: [
        "X-Session-Expiration",
        "X-RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
        "Retry-After",
        "X-Request-Id",
        "Idempotency-Replayed",
      ],
    },
    advice: { longUrl: "Send fewer or shorter filters.", largeResponse: "Try again shortly, or ask for fewer rows." },
    owns: (path) => OWN.test(path),
    hides: (path) => HIDDEN.test(path),
    canonicalUrl,
    credentials: readCredentials,
    chooseFormat: formatFor,
    readQuery: readQueryString,
    readBody,
  };
}

/** Helium's router doesn't mind the letter case of its own words, nor a slash at the end. */
function canonicalUrl(url: string): string {
  if (!OWN.test(url)) return url;
  const [path, ...query] = url.split("?") as [string, ...string[]];
  const lowered = path.replace(OWN, (word) => word.toLowerCase()).replace(LAST_WORD, (word) => word.toLowerCase());
  return [lowered.replace(/(?<=.)\/$/, ""), ...query].join("?");
}

/** The fixed words behind a table's name, and the one behind a schema's. */
const LAST_WORD = /(?<=^\/api\/v1\/schemas\/[^/]+\/[^/]+\/)(data|pluck|defaults|column)(?=\/|$)/i;
