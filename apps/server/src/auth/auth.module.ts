import { Module } from "@nestjs/common";
import { AuthService } from "./auth.service.js";
import { KeysService } from "./keys.service.js";
import { SessionsService } from "./sessions.service.js";

/** Tokens, API keys and sessions. Who asks is settled before Nest gets a request. */
@Module({
  providers: [AuthService, KeysService, SessionsService],
  exports: [AuthService, KeysService, SessionsService],
})
export class AuthModule {}
