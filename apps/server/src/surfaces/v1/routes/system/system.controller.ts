import { Controller, Header, Req, Res } from "@nestjs/common";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Operation } from "../../../../http/stream/handler.js";
import { ApiDocument } from "../../../../http/surface/api-document.js";
import { MetricsService } from "../../../../metrics/metrics.service.js";
import { Readiness } from "../../../../system/readiness.js";
import { readinessAsJson, readinessAsText } from "../../../../system/readiness-parts.js";
import type { ServerVersion } from "../../../../system/server-info.js";
import { API_VERSION, SERVER_NAME, SERVER_VERSION } from "../../../../util/server-version.js";
import * as operations from "./system.operations.js";

@Controller()
export class SystemController {
  constructor(
    private readonly documents: ApiDocument,
    private readonly readiness: Readiness,
    private readonly metrics: MetricsService,
  ) {}

  @Operation(operations.getHealth)
  @Header("content-type", "text/plain; charset=utf-8")
  getHealth(): string {
    return "OK";
  }

  @Operation(operations.getLivez)
  @Header("content-type", "text/plain; charset=utf-8")
  @Header("cache-control", "no-store")
  getLivez(): string {
    return "OK";
  }

  @Operation(operations.getReadyz)
  @Header("cache-control", "no-store")
  async getReadyz(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | object> {
    const flags = new URLSearchParams(request.url.split("?", 2)[1] ?? "");
    const report = await this.readiness.check();
    // Whoever asks only for the node is told that it responds.
    const onlyNode = flags.has("noleader") && report.problems.node === null;
    reply.code(report.ready || onlyNode ? 200 : 503);
    if (/json/i.test(request.headers.accept ?? "")) {
      reply.header("content-type", "application/json; charset=utf-8");
      return readinessAsJson(report);
    }
    reply.header("content-type", "text/plain; charset=utf-8");
    if (flags.has("noleader")) return readinessAsText(report, ["node"]);
    return readinessAsText(report) + (flags.has("sync") && report.ready ? "\n[+]sync ok" : "");
  }

  @Operation(operations.getMetrics)
  @Header("content-type", "text/plain; version=0.0.4; charset=utf-8")
  getMetrics(): Promise<string> {
    return this.metrics.text();
  }

  @Operation(operations.getVersion)
  getVersion(): ServerVersion {
    return { name: SERVER_NAME, version: SERVER_VERSION, apiVersion: API_VERSION };
  }

  @Operation(operations.getOpenapiJson)
  @Header("content-type", "application/json; charset=utf-8")
  getOpenapiJson(): Promise<string> {
    return this.documents.json();
  }

  @Operation(operations.getOpenapiYaml)
  @Header("content-type", "application/yaml; charset=utf-8")
  getOpenapiYaml(): Promise<string> {
    return this.documents.yaml();
  }
}
