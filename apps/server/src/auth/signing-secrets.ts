import { createHmac } from "node:crypto";

/**
 * The secrets that requests are signed with. They are derived, so the catalog has nothing that could be stolen: it takes
 * the master key as well.
 */
export class SigningSecrets {
  constructor(private readonly masterKey: string) {}

  /** @param version 1 is a key's first; 0 is never given to anybody */
  of(keyId: string, version: number): string {
    return createHmac("sha256", this.masterKey).update(`sqlexec:${keyId}:${version}`).digest("base64url");
  }
}
