import { Controller, Header } from "@nestjs/common";
import { DocumentService } from "../openapi/document.service.js";
import { Operation } from "../operations/decorators.js";
import type { ServerVersion } from "../presenters/domain.js";
import { API_VERSION, SERVER_NAME, SERVER_VERSION } from "./server-version.js";
import * as operations from "./system.operations.js";

@Controller()
export class SystemController {
  constructor(private readonly documents: DocumentService) {}

  @Operation(operations.getHealth)
  @Header("content-type", "text/plain; charset=utf-8")
  getHealth(): string {
    return "OK";
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
