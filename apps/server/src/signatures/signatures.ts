import type { SignatureVerifier } from "./signature-verifier.js";
import type { UnverifiedBodies } from "./unverified-bodies.js";
import type { UsedNonces } from "./used-nonces.js";

/** The parts that verify signed requests. */
export interface Signatures {
  readonly verifier: SignatureVerifier;
  readonly nonces: UsedNonces;
  readonly bodies: UnverifiedBodies;
}
