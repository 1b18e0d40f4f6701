import { randomUUID } from "node:crypto";
import jwt from "jsonwebtoken";
import { nowSeconds } from "../util/time.js";

export const DEFAULT_TOKEN_SECONDS = 3600;
/** Names that tokens from elsewhere do not have by chance. */
export const KEY_CLAIM = "heliosdb_key";
export const GENERATION_CLAIM = "heliosdb_key_generation";
/** The tutorial's default scopes. */
const DEFAULT_SCOPES = ["sync:read", "sync:write"];

/** One secret of an API key: the key's id, and how often it had been rotated by then. */
export interface KeySecret {
  readonly id: string;
  readonly generation: number;
}

export interface TokenOptions {
  readonly scopes?: readonly string[];
  /** Unix second at which the token ends. Default: an hour from now. */
  readonly expiresAt?: number;
  /** The API key that the token stands for: it ends with that secret and sees no more than the key. */
  readonly key?: KeySecret;
}

/** Makes JWTs that a server with the same secret accepts. */
export class JwtManager {
  constructor(private readonly secret: string | Uint8Array) {}

  /**
   * A signed token.
   * @param userId becomes `sub`
   * @param tenantId whose database the token opens
   * @param clientId names the client; any text, usually a UUID
   */
  generateToken(userId: string, tenantId: string, clientId: string, options: TokenOptions = {}): string {
    const now = nowSeconds();
    return jwt.sign(
      {
        sub: userId,
        tenant_id: tenantId,
        client_id: clientId,
        scopes: options.scopes ?? DEFAULT_SCOPES,
        iat: now,
        nbf: now,
        exp: options.expiresAt ?? now + DEFAULT_TOKEN_SECONDS,
        jti: randomUUID(),
        ...(options.key && { [KEY_CLAIM]: options.key.id, [GENERATION_CLAIM]: options.key.generation }),
      },
      typeof this.secret === "string" ? this.secret : Buffer.from(this.secret),
      { algorithm: "HS256" },
    );
  }
}
