/**
 * Headers of one connection, which say nothing about the message (RFC 9110, 7.6.1). Those that \`Connection\` names beside
 * them aren't dropped: without fronts, the server looks at them, too.
 */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.has(name);
}
