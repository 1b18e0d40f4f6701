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
  /** The front was already ending when the request arrived: it is to be refused as at the server's end. */
  readonly isLate: boolean;
  /** The request's target, where it is none that every client can send. */
  readonly target: string | null;
}

const NOBODY: ClientFacts = { scheme: "http", address: "unknown", isOneTooMany: false, isLate: false, target: null };

export function frontHeader({ scheme, address, isOneTooMany, isLate, target }: ClientFacts): string {
  const state = isOneTooMany ? "full" : isLate ? "late" : "";
  return [scheme, address, state, target ?? ""].map(encodeURIComponent).join(" ").trimEnd();
}

export function clientFacts({ headers }: Pick<IncomingMessage, "headers">): ClientFacts {
  const text = headers[FRONT_HEADER];
  if (typeof text !== "string") return NOBODY;
  const [scheme = "", address = "", state = "", target = ""] = text.split(" ").map(decodeURIComponent);
  const isOneTooMany = state === "full";
  return { scheme, address, isOneTooMany, isLate: state === "late", target: target === "" ? null : target };
}

/** Makes a request that a front passed on look like one of its client's. */
export function adoptClient(request: HttpRequest): ClientFacts {
  const facts = clientFacts(request);
  Object.defineProperties(request, { ip: { value: facts.address }, protocol: { value: facts.scheme } });
  return facts;
}
