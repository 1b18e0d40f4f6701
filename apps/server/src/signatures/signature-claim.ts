/** The claims of a signed request before its body is there. None of them is believed. */
export interface SignatureClaim {
  readonly keyId: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Letters, digits, `_` and `-`. */
  readonly nonce: string;
  /** 32 bytes. */
  readonly signature: Buffer;
  /** The part of the signed text that stands before the body. */
  readonly head: string;
}

/** How far a timestamp may lie before or after the server's clock. */
const WINDOW_SECONDS = 300;

export function isTimely({ timestamp }: SignatureClaim, now: number): boolean {
  return Math.abs(now - timestamp) <= WINDOW_SECONDS;
}
