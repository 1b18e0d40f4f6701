import type { JsonRowForm } from "@heliosdb/port";
import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  HttpCode,
  RequestMapping,
  RequestMethod,
} from "@nestjs/common";
import { RouteConfig } from "@nestjs/platform-fastify";
import type { Caller } from "../../auth/caller.js";
import type { HttpRequest } from "../context/http-request.js";
import type { RequestContext, RequestInput } from "../context/request-context.js";
import type { Operation as AnyOperation } from "../surface/operation.js";
import type { RouteConfig as Config } from "../surface/route.js";
import type { RowStreamResponse } from "./row-stream-response.js";

/** Makes a controller method the handler of an operation. The method must bear the operation's name. */
export function Operation(operation: AnyOperation): MethodDecorator {
  const route = applyDecorators(
    RequestMapping({ method: RequestMethod[operation.method], path: operation.path.replace(/\{(\w+)\}/g, ":$1") }),
    HttpCode(operation.status),
    RouteConfig({ operation } satisfies Config),
  );
  return (target, name, descriptor) => {
    if (name !== operation.id) throw new Error(`the handler of ${operation.id} is called ${String(name)}`);
    route(target, name, descriptor);
  };
}

/** The parts of a request that a handler gets. */
export interface HandlerInput<P, Q, B> extends RequestInput<P, Q, B> {
  readonly caller: Caller;
  /** How rows stand in the response. */
  readonly rowForm: JsonRowForm;
  readonly context: RequestContext;
  /** Set where the rows are to be streamed (`streamsRows` of the operation). */
  readonly stream: RowStreamResponse | null;
}

export type Input<O> = O extends AnyOperation<infer P, infer Q, infer B> ? HandlerInput<P, Q, B> : never;

/** The checked values of a request, who asks, and how rows are streamed. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { requestContext } = context.switchToHttp().getRequest<HttpRequest>();
  const { input, caller, stream, format } = requestContext;
  const { rowForm } = format;
  // Field by field: spreading costs a microsecond for each request.
  return {
    params: input?.params,
    query: input?.query,
    body: input?.body,
    caller,
    rowForm,
    stream,
    context: requestContext,
  };
});
