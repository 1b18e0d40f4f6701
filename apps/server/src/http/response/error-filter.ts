import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import { ApiError } from "../../errors/api-error.js";
import type { HttpRequest } from "../context/http-request.js";
import { sendError } from "./respond.js";

/** Where everything that hooks, controllers and services throw becomes a response. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  /** @param sendUnrouted for a request that no hook has seen, such as one whose target is no path */
  constructor(
    private readonly log: Logger,
    private readonly sendUnrouted: (error: unknown, request: HttpRequest, reply: FastifyReply) => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (request.requestContext) sendError(request, reply, error, this.log);
    else
      this.sendUnrouted(error instanceof NotFoundException ? new ApiError("ROUTE_NOT_FOUND") : error, request, reply);
  }
}
