import { Controller, Req } from "@nestjs/common";
import { SessionsService } from "../../../../auth/sessions.service.js";
import { ApiError } from "../../../../errors/api-error.js";
import type { HttpRequest } from "../../../../http/context/http-request.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { WithExpiration } from "../../format/helium-format.js";
import { sessionKey } from "../../readers/session-key.js";
import * as operations from "./session.operations.js";

@Controller()
export class SessionController {
  constructor(private readonly sessions: SessionsService) {}

  @Operation(operations.heliumLogin)
  async heliumLogin(@Input() { body }: Input<typeof operations.heliumLogin>, @Req() { requestContext }: HttpRequest) {
    const opened = await this.sessions.logIn(body.username, body.password);
    if (!opened) throw new ApiError("UNAUTHORIZED", `Unable to connect to ${body.place}`);
    // Known from here on: to the audit log and to the log of requests.
    requestContext.identity = opened.identity;
    return new WithExpiration({ apiKey: opened.secret }, opened.session.expiresAt);
  }

  @Operation(operations.heliumPing)
  async heliumPing(@Req() request: HttpRequest) {
    const key = sessionKey(request);
    if (key === undefined) throw new ApiError("BAD_REQUEST", "X-API-Key header not present in request");
    const session = await this.sessions.find(key);
    const expiresAt = session?.expiresAt ?? null;
    return new WithExpiration({ validApiKey: session !== null, expiresAt }, expiresAt ?? -1);
  }
}
