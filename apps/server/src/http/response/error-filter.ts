import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import type { FastifyReply } from "fastify";
import type { Logger } from "pino";
import type { CallRequest } from "../context/request-context.js";
import { sendError } from "./respond.js";

/** Where everything that hooks, controllers and services throw becomes an answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendError(http.getRequest<CallRequest>(), http.getResponse<FastifyReply>(), error, this.log);
  }
}
