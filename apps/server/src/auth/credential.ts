/** A caller's JWT or API key. */
export interface Credential {
  readonly kind: "jwt" | "key";
  readonly secret: string;
}
