import { ApiKeys } from "../../auth/api-keys.js";
import type { Credential } from "../../auth/credential.js";
import type { TenantClue } from "./elsewhere.js";

/** Longer claims are nobody's. */
const MAX_CLAIMS = 8192;

/** What credentials say of their tenant. Nobody has verified them. */
export function tenantClues(credentials: readonly Credential[]): readonly TenantClue[] {
  return credentials.flatMap(({ kind, secret }): readonly TenantClue[] => {
    if (kind === "key") {
      const key = ApiKeys.idOf(secret);
      return key === null ? [] : [{ key }];
    }
    const tenant = kind === "jwt" ? tenantClaim(secret) : null;
    return tenant === null ? [] : [{ tenant }];
  });
}

function tenantClaim(token: string): string | null {
  const claims = token.split(".", 2)[1] ?? "";
  if (claims === "" || claims.length > MAX_CLAIMS) return null;
  try {
    const { tenant_id: tenant } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { tenant_id?: unknown };
    return typeof tenant === "string" && tenant !== "" ? tenant : null;
  } catch {
    return null;
  }
}
