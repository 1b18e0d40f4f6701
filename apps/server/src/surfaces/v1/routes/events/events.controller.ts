import { Controller, Header, Req, StreamableFile } from "@nestjs/common";
import { AuthRuntime } from "../../../../auth/auth-runtime.js";
import { EventStreams } from "../../../../events/event-streams.js";
import type { HttpRequest } from "../../../../http/context/http-request.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./events.operations.js";

@Controller()
export class EventsController {
  constructor(
    private readonly streams: EventStreams,
    private readonly auth: AuthRuntime,
  ) {}

  // Proxies would keep events until they have enough of them.
  @Header("x-accel-buffering", "no")
  @Header("cache-control", "no-store")
  @Operation(operations.followEvents)
  async followEvents(@Input() { caller, query }: Input<typeof operations.followEvents>, @Req() request: HttpRequest) {
    const { surface } = request.requestContext;
    const { method, url, headers } = request;
    const credentials = surface.credentials({ method, url, headers });
    const { "last-event-id": last } = headers;
    // An empty one is what a browser sends that has got none yet.
    const lastEventId = typeof last === "string" && last !== "" ? last : undefined;
    const { events, branches, from_scn: fromScn } = query;
    const wanted = { events, branches, fromScn, lastEventId };
    const stream = await this.streams.follow(caller, wanted, () => this.auth.authenticator.authenticate(credentials));
    request.requestContext.onClose = () => stream.destroy();
    // Its client may have gone away meanwhile.
    if (request.raw.socket.destroyed) stream.destroy();
    return new StreamableFile(stream, { type: operations.EVENT_STREAM });
  }
}
