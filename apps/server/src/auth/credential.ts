/** A caller's JWT, API key, or session of one. */
export interface Credential {
  readonly kind: "jwt" | "key" | "session";
  readonly secret: string;
  /** The user that was sent with a key. It must be the key's id or name, or empty. */
  readonly user?: string;
}
