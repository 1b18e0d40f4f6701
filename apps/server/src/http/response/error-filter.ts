import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { HttpRequest } from "../context/http-request.js";
import { sendError } from "./respond.js";

/** Where everything that hooks, controllers and services throw becomes a response. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendError(http.getRequest<HttpRequest>(), http.getResponse<FastifyReply>(), error, this.log);
  }
}
