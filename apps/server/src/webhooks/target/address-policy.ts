import { BlockList, isIP } from "node:net";

/**
 * Addresses that are not public or not of one machine, from the registries of special-purpose addresses, and those of
 * clouds.
 */
const REFUSED_IPV4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "168.63.129.16/32",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/3",
];
/**
 * In IPv6, only global unicast is allowed; these parts of it are refused: tunnels to IPv4, and documentation addresses.
 */
const PUBLIC_IPV6 = "2000::/3";
const REFUSED_IPV6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/** The addresses that webhooks may use. */
export class AddressPolicy {
  private readonly refused = blockList([...REFUSED_IPV4, ...REFUSED_IPV6]);
  private readonly publicIpv6 = blockList([PUBLIC_IPV6]);
  private readonly allowed: BlockList;
  private readonly allowedHosts: ReadonlySet<string>;

  /** @param allow hosts, addresses and networks that are always allowed */
  constructor(allow: readonly string[]) {
    const networks = allow.filter((entry) => isIP(entry.split("/")[0]!) !== 0);
    this.allowed = blockList(networks);
    this.allowedHosts = new Set(allow.filter((entry) => !networks.includes(entry)).map((host) => host.toLowerCase()));
  }

  /** Whether a host is allowed by its name, whatever it resolves to. */
  allowsHost(host: string): boolean {
    return this.allowedHosts.has(host.toLowerCase());
  }

  allowsAddress(address: string): boolean {
    const version = isIP(address);
    if (version === 0) return false;
    // An address with a zone is link-local.
    if (address.includes("%")) return false;
    const family = version === 4 ? "ipv4" : "ipv6";
    if (this.allowed.check(address, family)) return true;
    if (version === 6 && !this.publicIpv6.check(address, family)) return false;
    return !this.refused.check(address, family);
  }
}

function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, Number(bits ?? (family === "ipv4" ? 32 : 128)), family);
  }
  return list;
}
