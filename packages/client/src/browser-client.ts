import { BaseClient } from "./base-client.js";
import { BROWSER } from "./platform/browser.js";
import type { HeliosDBClientOptions } from "./transport/options.js";

/**
 * A client of one HeliosDB server.
 *
 * Calls reject with a `HeliosDBError`: check its `code`, or its subclass. Requests that the server refused before it
 * began (429, 503) are sent again after the pause that the server requests; requests without a response are sent again
 * only if doing them twice is harmless, as it is for reads, and for each POST since it has an idempotency key. `close` waits for pending calls.
 */
export class HeliosDBClient extends BaseClient {
  constructor(options: HeliosDBClientOptions) {
    super(options, BROWSER);
  }
}
