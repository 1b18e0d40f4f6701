import { Controller } from "@nestjs/common";
import { Operation } from "../../../../http/stream/handler.js";
import { SERVER_VERSION } from "../../../../util/server-version.js";
import { hello, libsqlHealth, libsqlServerVersion, libsqlVersion2, libsqlVersion3 } from "./status.operations.js";

@Controller()
export class StatusController {
  @Operation(libsqlVersion2)
  libsqlVersion2(): string {
    return hello("v2");
  }

  @Operation(libsqlVersion3)
  libsqlVersion3(): string {
    return hello("v3");
  }

  @Operation(libsqlHealth)
  libsqlHealth(): string {
    return "";
  }

  @Operation(libsqlServerVersion)
  libsqlServerVersion(): string {
    return `heliosdb ${SERVER_VERSION}`;
  }
}
