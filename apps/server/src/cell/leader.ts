import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError } from "../errors/api-error.js";
import { PassingOn } from "./pass-on/passing-on.js";

/** Passes a standby's requests on to the active node of its cell. */
export class Leader {
  private readonly passingOn: PassingOn;

  constructor(
    /** Of this node. */
    name: string,
    /** Address of the active node; null where none is known, or where nobody can reach it. */
    private readonly url: () => string | null,
  ) {
    this.passingOn = new PassingOn(name);
  }

  /** Rejects with an ApiError where the response has not begun. */
  async passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = this.url();
    if (url === null) throw new ApiError("NOT_ACTIVE");
    await this.passingOn.passOn(url, request, response);
  }

  close(): Promise<void> {
    return this.passingOn.close();
  }
}
