import { sha256 } from "../util/ids.js";
import type { KeySecret } from "./jwt-manager.js";

/** Without use, a session ends after this long. */
export const DEFAULT_SESSION_SECONDS = 1800;

/** A session as it is kept. Its secret is not. Times in milliseconds since 1970. */
export interface SessionFacts {
  /** SHA-256 of the secret, in hex. */
  readonly id: string;
  /** The API key that logged in, by the secret that was sent. */
  readonly key: KeySecret;
  /** SHA-256 of the session's secret with the key's hash, in hex: it fits no other secret of a key of that id. */
  readonly binding: string;
  readonly expiresAt: number;
}

/** A session in use. There is one object for each, as long as it is remembered. */
export class Session {
  readonly id: string;
  readonly key: KeySecret;
  private readonly binding: string;
  private slidingEnd: number;
  /** When its key ends, which it can't outlive. */
  private keyEnd = Number.POSITIVE_INFINITY;
  private isForgotten = false;

  /** @param slide is told of each new end */
  constructor(
    facts: SessionFacts,
    private readonly timeoutMs: number,
    private readonly slide: (session: Session) => void,
  ) {
    this.id = facts.id;
    this.key = facts.key;
    this.binding = facts.binding;
    this.slidingEnd = facts.expiresAt;
  }

  /** When it ends if it is not used any more, its key aside. */
  get end(): number {
    return this.slidingEnd;
  }

  /** Milliseconds since 1970. */
  get expiresAt(): number {
    return Math.min(this.slidingEnd, this.keyEnd);
  }

  /** Whether it has not ended, and this object is the one that stands for it. */
  get isLive(): boolean {
    return !this.isForgotten && Date.now() < this.expiresAt;
  }

  /** Whether it was opened by the key with this hash. */
  isBoundTo(secret: string, keyHash: string): boolean {
    return this.binding === bindingOf(secret, keyHash);
  }

  /** @param seconds since 1970, or null for a key without an end */
  boundBy(seconds: number | null): void {
    this.keyEnd = seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000;
  }

  /** Ends it so much later, now that it has been used. */
  extend(): void {
    if (!this.isLive) return;
    this.slidingEnd = Math.max(this.slidingEnd, Date.now() + this.timeoutMs);
    this.slide(this);
  }

  /** Another object will stand for it, or none. */
  forget(): void {
    this.isForgotten = true;
  }
}

/** Says which key a session belongs to. No key can be guessed by it without the session's secret, which is kept nowhere. */
export function bindingOf(secret: string, keyHash: string): string {
  return sha256(`${secret}:${keyHash}`);
}
