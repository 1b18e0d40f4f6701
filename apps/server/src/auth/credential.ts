/** A caller's JWT or API key. */
export interface Credential {
  readonly kind: "jwt" | "key";
  readonly secret: string;
  /** The user that was sent with a key. It must be the key's id or name, or empty. */
  readonly user?: string;
}
