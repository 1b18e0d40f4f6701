import createClient from "openapi-fetch";
import type { paths } from "../generated/schema.js";
import { DIALECTS, type Dialect, type RawClient } from "./dialect.js";
import type { Settings } from "./options.js";
import { PreparedRequest } from "./prepared-request.js";

/** Given a PreparedRequest, and gives a ReadResponse, whatever openapi-fetch says. */
export type Fetch = (request: globalThis.Request) => Promise<globalThis.Response>;

/** The API by its paths; every call tells its request which path that is. */
export function apiClient<D extends Dialect>(settings: Settings, dialect: D, send?: Fetch): RawClient<D> {
  const client = createClient<paths, (typeof DIALECTS)[D]>({
    baseUrl: settings.baseUrl,
    headers: { ...settings.headers, accept: DIALECTS[dialect] },
    Request: PreparedRequest as unknown as typeof globalThis.Request,
    ...(send && { fetch: send }),
  });
  client.use({
    onRequest({ request, schemaPath, params }) {
      const branch = params.path?.branch;
      Object.assign(request, { route: schemaPath, branch: typeof branch === "string" ? branch : undefined });
      return undefined;
    },
  });
  return client;
}
