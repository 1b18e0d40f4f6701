import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
} from "@nestjs/common";
import { RouteConfig } from "@nestjs/platform-fastify";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";
import type { CallRequest } from "../context/request-context.js";

/** What a route's Fastify configuration carries; the hooks in edge/ read it before the handler runs. */
export interface OperationRouteConfig {
  readonly operation: AnyOperation;
}

/** Makes a controller method the handler of an operation. The method must bear the operation's name. */
export function Operation(operation: AnyOperation): MethodDecorator {
  const route = applyDecorators(
    RequestMapping({ method: RequestMethod[operation.method], path: operation.path.replace(/\{(\w+)\}/g, ":$1") }),
    HttpCode(operation.status),
    RouteConfig({ operation } satisfies OperationRouteConfig),
  );
  return (target, name, descriptor) => {
    if (name !== operation.id) throw new Error(`the handler of ${operation.id} is called ${String(name)}`);
    route(target, name, descriptor);
  };
}

/** The checked call: path and query parameters, body, identity and database. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<CallRequest>().call;
});
