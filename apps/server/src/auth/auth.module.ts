import { Module } from "@nestjs/common";
import { AuthService } from "./auth.service.js";
import { KeysService } from "./keys.service.js";

/** Tokens and API keys. Who asks is settled before Nest gets a request. */
@Module({ providers: [AuthService, KeysService], exports: [AuthService, KeysService] })
export class AuthModule {}
