import type { IncomingMessage } from "node:http";
import type { HttpRequest } from "../context/http-request.js";

/** Carries a client's facts from a front to the main process. It is read only where nobody but a front can connect. */
export const FRONT_HEADER = "x-helios-front";

/** The facts about a client that only the process which it is connected to can know. */
export interface ClientFacts {
  readonly scheme: string;
  readonly address: string;
  /** The front has too many requests under way: this one came without its body, and is to be refused. */
  readonly isOneTooMany: boolean;
  /** The request's target, where it is none that every client can send. */
  readonly target: string | null;
}

const NOBODY: ClientFacts = { scheme: "http", address: "unknown", isOneTooMany: false, target: null };

export function frontHeader({ scheme, address, isOneTooMany, target }: ClientFacts): string {
  return [scheme, address, isOneTooMany ? "full" : "", target ?? ""].map(encodeURIComponent).join(" ").trimEnd();
}

export function clientFacts({ headers }: Pick<IncomingMessage, "headers">): ClientFacts {
  const text = headers[FRONT_HEADER];
  if (typeof text !== "string") return NOBODY;
  const [scheme = "", address = "", full = "", target = ""] = text.split(" ").map(decodeURIComponent);
  return { scheme, address, isOneTooMany: full !== "", target: target === "" ? null : target };
}

/** Makes a request that a front passed on look like one of its client's. Returns whether it is to be refused. */
export function adoptClient(request: HttpRequest): boolean {
  const { scheme, address, isOneTooMany } = clientFacts(request);
  Object.defineProperties(request, { ip: { value: address }, protocol: { value: scheme } });
  return isOneTooMany;
}
