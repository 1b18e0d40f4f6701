/** A caller's JWT, API key, or session of one. */
export interface Credential {
  readonly kind: "jwt" | "key" | "session";
  readonly secret: string;
}
