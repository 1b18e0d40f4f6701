import { createHmac, timingSafeEqual } from "node:crypto";
import type { ApiKeys } from "../auth/api-keys.js";
import type { CredentialLookup } from "../auth/credential-lookup.js";
import type { Identity } from "../auth/identity.js";
import type { SigningSecrets } from "../auth/signing-secrets.js";
import type { SignatureClaim } from "./signature-claim.js";

/** Versions for the key that there is not: its secret is nobody's. */
const NOBODYS = [0];

/** HMAC-SHA256 over the head of a request and its body, byte by byte as they came. */
export function signatureOf(secret: string, head: string, body: Uint8Array): Buffer {
  return createHmac("sha256", secret).update(head, "latin1").update(body).digest();
}

/** Finds out whose signature a request has. */
export class SignatureVerifier {
  constructor(
    private readonly keys: ApiKeys,
    private readonly secrets: SigningSecrets,
    private readonly lookup: CredentialLookup,
  ) {}

  /**
   * Null where the signature is wrong or nobody's. An unknown key costs the same look-up and the same HMAC as a known one,
   * and nothing is remembered, so the time tells nothing.
   */
  async verify({ keyId, head, signature }: SignatureClaim, body: Uint8Array): Promise<Identity | null> {
    const signer = await this.keys.signer(keyId);
    const versions = signer?.versions ?? NOBODYS;
    const isRight = versions.some((version) =>
      timingSafeEqual(signatureOf(this.secrets.of(keyId, version), head, body), signature),
    );
    return signer && isRight ? this.lookup.ofSigner(signer.identity) : null;
  }
}
