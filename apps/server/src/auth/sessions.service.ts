import { Injectable } from "@nestjs/common";
import { sha256 } from "../util/ids.js";
import { AuthRuntime } from "./auth-runtime.js";
import type { Identity } from "./identity.js";
import type { Session } from "./session.js";
import type { OpenedSession } from "./sessions.js";

/** A session with the identity of the key that opened it. */
export interface LoggedIn extends OpenedSession {
  readonly identity: Identity;
}

/** Sessions for callers who log in with a name and a password. */
@Injectable()
export class SessionsService {
  constructor(private readonly runtime: AuthRuntime) {}

  /**
   * Opens a session of an API key; null for any other. Without authentication, whatever is sent is as good as a key.
   * @param name the key's id or name
   * @param key the whole key
   */
  async logIn(name: string, key: string): Promise<LoggedIn | null> {
    const identity = await this.runtime.authenticator.authenticate([{ kind: "key", secret: key }]);
    if (!identity) return null;
    const { method, keyId, generation } = identity;
    if (method !== "none" && name !== keyId && name !== identity.name) return null;
    const opened = await this.runtime.sessions.open({ id: keyId ?? "", generation }, sha256(key));
    opened.session.boundBy(identity.expiresAt);
    return { ...opened, identity };
  }

  /** The session of a secret, with its key still in force. Doesn't make it end later. */
  async find(secret: string): Promise<Session | null> {
    const identity = await this.runtime.authenticator.authenticate([{ kind: "session", secret }]);
    return identity?.session ?? null;
  }
}
