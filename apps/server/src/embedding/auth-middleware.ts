import { createHmac, randomBytes } from "node:crypto";
import { join } from "node:path";
import { UNLIMITED } from "../access/limits.js";
import { parseScopes, type Scope } from "../access/scopes.js";
import { ADMIN_KEY_ID, DEFAULT_TENANT } from "../access/well-known.js";
import { ApiKeys, makeKey, type StaticKey } from "../auth/api-keys.js";
import { AuthRuntime } from "../auth/auth-runtime.js";
import { CredentialAuthenticator } from "../auth/authenticator.js";
import { CredentialLookup } from "../auth/credential-lookup.js";
import { type Identity } from "../auth/identity.js";
import { JwtManager } from "../auth/jwt-manager.js";
import { JwtVerifier } from "../auth/jwt-verifier.js";
import { savedSecret } from "../auth/saved-secret.js";
import type { Sessions } from "../auth/sessions.js";
import { SigningSecrets } from "../auth/signing-secrets.js";
import { Users } from "../auth/users.js";
import type { Catalog } from "../catalog/catalog.js";
import type { TenantRegistry } from "../catalog/tenant-registry.js";
import { loadConfig } from "../config/load.js";
import { SignatureVerifier } from "../signatures/signature-verifier.js";
import { randomSecret, sha256 } from "../util/ids.js";

type Secret = string | Uint8Array;

/** Where the admin key of a server is, for whoever started it. */
export interface AdminKeyNotice {
  readonly file: string;
  /** The key itself when it has just been made; it is shown this once. */
  readonly made: string | null;
}

export interface PreparedAuth {
  readonly runtime: AuthRuntime;
  readonly keys: ApiKeys;
  readonly users: Users;
  /** Null where authentication is off. */
  readonly signatures: SignatureVerifier | null;
  /** Tenants that the program's own keys name, and that therefore exist. */
  readonly tenants: readonly string[];
  /** Null where the admin key was given, or where there is none. */
  readonly adminKey: AdminKeyNotice | null;
  /** Of the secrets that tokens and signatures hold by: servers with the same one accept each other's. */
  readonly fingerprint: string;
}

/** Who may use a server: JWTs signed with its secret, and API keys. */
export class AuthMiddleware {
  private readonly keys: StaticKey[] = [];

  /** @param secret what JWTs are signed with */
  constructor(private readonly secret: Secret) {
    if (secret.length === 0) throw new RangeError("The JWT secret must not be empty.");
  }

  /**
   * From HELIOSDB_JWT_SECRET and HELIOSDB_ADMIN_API_KEY. Where they are not set, the server makes random ones at its
   * first start and keeps them in its data folder; there is no known default.
   */
  static fromEnvOrDefault(): AuthMiddleware {
    return AuthMiddleware.fromConfig(loadConfig(process.env));
  }

  /** The same from a configuration that has been read already. */
  static fromConfig(config: {
    readonly jwtSecret: string | null;
    readonly adminApiKey: string | null;
    readonly signingKey?: string | null;
  }): AuthMiddleware {
    return new ConfiguredAuth(config.jwtSecret, config.adminApiKey, config.signingKey ?? null);
  }

  /**
   * Accepts an API key of any form. Its tenant is made when the server starts.
   * @param key what callers send as X-API-Key
   * @param userId whom it speaks for
   * @param tenantId whose database it opens
   * @param clientId names the client; any text, usually a UUID
   * @param scopes `read`, `write`, `merge`, `admin`
   * @param name what it is for
   */
  withApiKey(
    key: string,
    userId: string,
    tenantId: string,
    clientId: string,
    scopes: readonly string[],
    name: string,
  ): this {
    if (key === "") throw new RangeError("An API key must not be empty.");
    const id = `k_${sha256(key).slice(0, 12)}`;
    this.addKey(key, { id, userId, tenantId, clientId, scopes: parseScopes(scopes), name });
    return this;
  }

  /** For ApiServer: reads or makes the secrets, and opens the keys of the catalog. */
  prepare(dataDir: string, catalog: Catalog, sessions: Sessions, registry: TenantRegistry | null = null): PreparedAuth {
    return this.prepared(catalog, sessions, registry, this.secret, savedSigningKey(dataDir), null);
  }

  protected prepared(
    catalog: Catalog,
    sessions: Sessions,
    registry: TenantRegistry | null,
    secret: Secret,
    signingKey: string,
    adminKey: AdminKeyNotice | null,
  ): PreparedAuth {
    const keys = new ApiKeys(
      catalog,
      this.keys.map(({ hash, identity }) => ({
        hash,
        identity: { ...identity, generation: generationOf(hash, secret) },
      })),
      registry,
    );
    const users = new Users(catalog);
    const lookup = new CredentialLookup(keys, users);
    const authenticator = new CredentialAuthenticator(new JwtVerifier(secret), lookup, sessions);
    const signingSecrets = new SigningSecrets(signingKey);
    return {
      runtime: new AuthRuntime(authenticator, new JwtManager(secret), sessions, signingSecrets),
      keys,
      users,
      signatures: new SignatureVerifier(keys, signingSecrets, lookup),
      tenants: [...new Set(this.keys.map((key) => key.identity.tenantId))],
      adminKey,
      fingerprint: [secret, signingKey].map(fingerprintOf).join("."),
    };
  }

  protected addKey(
    key: string,
    owner: {
      id: string;
      userId: string;
      tenantId: string;
      clientId: string | null;
      scopes: readonly Scope[];
      name: string;
    },
  ): void {
    const { id, ...others } = owner;
    const identity: Identity = {
      ...others,
      ...UNLIMITED,
      method: "api_key",
      role: null,
      keyId: id,
      generation: 0,
      expiresAt: null,
      rateKey: id,
      isServer: id === ADMIN_KEY_ID,
    };
    this.keys.push({ hash: sha256(key), identity });
  }
}

/**
 * The generation of a key that the server was started with. Another key under the same id has another one, so that tokens
 * exchanged for the key before it end. A token shows it to its holder: without the secret it tells nothing of the key.
 */
function generationOf(hash: string, secret: Secret): number {
  return createHmac("sha256", secret).update(`generation of ${hash}`).digest().readUIntBE(0, 6);
}

/** Tells nothing of a secret but whether another one is the same. */
function fingerprintOf(secret: Secret): string {
  return createHmac("sha256", secret).update("fingerprint").digest("base64url").slice(0, 22);
}

/** The key from which signing secrets are derived: a file beside the catalog, so that the catalog alone tells none. */
function savedSigningKey(dataDir: string): string {
  return savedSecret(dataDir, "signing.key", () => randomBytes(32).toString("base64url")).value;
}

/** The secrets of the environment, or of files in the data folder. */
class ConfiguredAuth extends AuthMiddleware {
  constructor(
    private readonly jwtSecret: string | null,
    private readonly adminApiKey: string | null,
    private readonly signingKey: string | null,
  ) {
    super(jwtSecret ?? "made at start");
  }

  override prepare(
    dataDir: string,
    catalog: Catalog,
    sessions: Sessions,
    registry: TenantRegistry | null = null,
  ): PreparedAuth {
    const secret = this.jwtSecret ?? savedSecret(dataDir, "jwt.secret", randomSecret).value;
    let adminKey = this.adminApiKey;
    let notice: AdminKeyNotice | null = null;
    if (adminKey === null) {
      const file = join(dataDir, "admin.key");
      const saved = savedSecret(dataDir, "admin.key", () => makeKey(ADMIN_KEY_ID));
      adminKey = saved.value;
      notice = { file, made: saved.isNew ? saved.value : null };
    }
    this.addKey(adminKey, {
      id: ADMIN_KEY_ID,
      userId: "admin",
      tenantId: DEFAULT_TENANT,
      clientId: null,
      scopes: ["admin"],
      name: "The server's own key",
    });
    const signingKey = this.signingKey ?? savedSigningKey(dataDir);
    return this.prepared(catalog, sessions, registry, secret, signingKey, notice);
  }
}
