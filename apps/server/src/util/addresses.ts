import { isIPv4, isIPv6 } from "node:net";

/** Whether a host name or address can only be reached from the same machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, "");
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (isIPv4(name)) return name.startsWith("127.");
  return isIPv6(name) && (groups(name).every((group, index) => group === (index === 7 ? 1 : 0)) || isMapped127(name));
}

/** What an address counts as for rate limits: a whole /64, since one caller has that many IPv6 addresses. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const plain = address.split("%")[0]!;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped) return mapped[1]!;
  return `${groups(plain)
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

function isMapped127(address: string): boolean {
  return /^::ffff:127\./i.test(address);
}

/** The eight groups of an IPv6 address. */
function groups(address: string): number[] {
  const [head = "", tail] = address.split("::");
  const parse = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => (group.includes(".") ? Number.NaN : Number.parseInt(group, 16)));
  const first = parse(head);
  if (tail === undefined) return first;
  const last = parse(tail);
  return [...first, ...Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last];
}
