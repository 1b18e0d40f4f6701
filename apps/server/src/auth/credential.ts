/** What a caller sends to say who it is: a JWT or an API key. */
export interface Credential {
  readonly kind: "jwt" | "key";
  readonly secret: string;
}
