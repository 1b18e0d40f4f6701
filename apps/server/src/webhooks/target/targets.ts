import { lookup as resolve } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { ApiError } from "../../errors/api-error.js";
import type { AddressPolicy } from "./address-policy.js";

/** Maximum time for resolving a name when a webhook is registered. */
const RESOLVE_MS = 5_000;

/** Checks the targets of webhooks: when one is registered, and again for each connection. */
export class Targets {
  constructor(private readonly policy: AddressPolicy) {}

  /** The URL in its normal form. Throws WEBHOOK_TARGET_REFUSED. */
  async check(text: string): Promise<string> {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null || !/^https?:$/.test(url.protocol))
      throw refusal("expected a URL that starts with http:// or https://");
    if (url.username !== "" || url.password !== "") {
      throw refusal("expected a URL without user and password; requests are signed instead");
    }
    this.checkLiteral(url);
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(refusal(`'${url.hostname}' could not be resolved in time`)), RESOLVE_MS);
      const finish = (error: Error | null) => {
        clearTimeout(timer);
        if (error === null) done();
        else fail(error instanceof ApiError ? error : refusal(`'${url.hostname}' can't be resolved`));
      };
      if (isIP(hostOf(url)) !== 0) finish(null);
      else this.lookup(hostOf(url), { all: true }, (error) => finish(error));
    });
    return url.href;
  }

  /** Throws for a forbidden address in the URL itself, which no socket looks up. */
  checkLiteral(url: URL): void {
    const host = hostOf(url);
    if (isIP(host) !== 0 && !this.policy.allowsAddress(host)) throw notPublic(host);
  }

  /** Resolves a name for a socket, which then connects to one of the very addresses that were checked. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, "", 0);
      const bad = this.policy.allowsHost(host)
        ? undefined
        : addresses.find((one) => !this.policy.allowsAddress(one.address));
      if (bad) return callback(notPublic(host, bad.address), "", 0);
      if (options.all) return callback(null, addresses);
      const [first] = addresses;
      if (!first) return callback(refusal(`'${host}' has no address`), "", 0);
      return callback(null, first.address, first.family);
    });
  };
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

function notPublic(host: string, address = host): ApiError & NodeJS.ErrnoException {
  const where = host === address ? `${host} is` : `'${host}' is ${address},`;
  return refusal(`${where} not a public address; the server can allow it with HELIOSDB_WEBHOOK_ALLOW`);
}

/** An error for the API's caller that can also make a socket fail. */
function refusal(reason: string): ApiError & NodeJS.ErrnoException {
  const error = new ApiError("WEBHOOK_TARGET_REFUSED", `Invalid webhook URL: ${reason}.`);
  return Object.assign(error, { errno: 0, syscall: "connect" });
}
