import { Controller, Header, Req, Res } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { formOf } from "../../parameters/parameters.js";
import { type NodeAddress, nodeStatus, nodes, partOf, statusText } from "./node-status.js";
import * as operations from "./status.operations.js";

const JSON_TYPE = "application/json; charset=utf-8";

@Controller()
export class StatusController {
  @Operation(operations.rqliteHome)
  rqliteHome(@Res({ passthrough: true }) reply: FastifyReply): string {
    reply.header("location", "/status").header("content-type", "text/html; charset=utf-8");
    return '<a href="/status">Found</a>.\n\n';
  }

  @Operation(operations.rqliteStatus)
  @Header("content-type", JSON_TYPE)
  rqliteStatus(@Input() { query }: Input<typeof operations.rqliteStatus>, @Req() request: FastifyRequest): string {
    return statusText(partOf(nodeStatus(addressOf(request)), query.key), formOf(request.url).pretty);
  }

  @Operation(operations.rqliteNodes)
  @Header("content-type", JSON_TYPE)
  rqliteNodes(@Input() { query }: Input<typeof operations.rqliteNodes>, @Req() request: FastifyRequest): string {
    return `${statusText(nodes(addressOf(request), query.version), formOf(request.url).pretty)}\n`;
  }

  @Operation(operations.rqliteSnapshot)
  rqliteSnapshot(): void {}

  @Operation(operations.rqliteDebugVars)
  @Header("content-type", JSON_TYPE)
  rqliteDebugVars(): string {
    return "{\n\n}\n";
  }
}

function addressOf({ protocol, headers }: FastifyRequest): NodeAddress {
  return { protocol, address: headers.host ?? "" };
}
