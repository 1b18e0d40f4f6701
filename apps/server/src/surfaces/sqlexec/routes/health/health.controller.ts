import { Controller } from "@nestjs/common";
import { Operation } from "../../../../http/stream/handler.js";
import { sqlexecHealth } from "./health.operations.js";

@Controller()
export class HealthController {
  @Operation(sqlexecHealth)
  sqlexecHealth() {
    // The version is that of the protocol, as its document has it.
    return { status: "ok", version: "1.0.0" };
  }
}
