import { HeliosDBClient, type Identity } from "@heliosdb/client";
import { createContext, type ReactNode, use } from "react";
import type { Credential } from "./credential.js";

/** A person at work: the client that acts for them, and what they may do. */
export interface Session {
  readonly client: HeliosDBClient;
  readonly identity: Identity;
  /** Whether the server asks for a credential at all. */
  readonly isOpen: boolean;
  signOut(): void;
}

/** The server that this page came from, without a slash at the end. */
export const SERVER = new URL("../", document.baseURI).href.replace(/\/$/, "");

export function clientWith(credential: Credential): HeliosDBClient {
  return new HeliosDBClient({
    baseUrl: SERVER,
    ...(credential.kind === "key" && { apiKey: credential.value }),
    ...(credential.kind === "token" && { token: credential.value }),
  });
}

const Context = createContext<Session | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <Context value={session}>{children}</Context>;
}

export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error("Only pages behind the sign-in have a session.");
  return session;
}

export function useClient(): HeliosDBClient {
  return useSession().client;
}
