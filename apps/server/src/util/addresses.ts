import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether a host name or address can only be reached from the same machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  // The library also accepts notations such as 127.1, which other programs may read differently.
  return isIP(name) !== 0 && ipaddr.process(name).range() === "loopback";
}

/** The address by which rate limits count: a whole /64, since one caller has that many IPv6 addresses. */
export function addressKey(address: string): string {
  if (isIP(address) === 0) return address;
  const parsed = ipaddr.process(address);
  if (!("parts" in parsed)) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(":")}::/64`;
}
