import type { HttpRequest } from "../context/http-request.js";
import type { Operation } from "./operation.js";
import type { ResponseFormat } from "./response-format.js";
import type { Surface } from "./surface.js";

declare module "../context/request-context.js" {
  interface RequestContext {
    readonly surface: Surface;
    readonly format: ResponseFormat;
  }
}

/** A route's Fastify configuration; absent for pages and for paths that no route matched. */
export interface RouteConfig {
  readonly operation?: Operation;
  /** Set when the route is registered. */
  surface?: Surface;
}

export function routeConfigOf(request: HttpRequest): RouteConfig {
  return request.routeOptions.config as RouteConfig;
}

export function operationOf(request: HttpRequest): Operation | undefined {
  return routeConfigOf(request).operation;
}
