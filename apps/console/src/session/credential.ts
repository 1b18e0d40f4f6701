/** What a person signed in with; `none` where the server asks for nothing. */
export type Credential =
  | { readonly kind: "key"; readonly value: string }
  | { readonly kind: "token"; readonly value: string }
  | { readonly kind: "none" };

const NAME = "heliosdb.credential";

/** A JWT has three parts; keys have no dots between such. */
export function credentialOf(typed: string): Credential {
  const value = typed.trim();
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value) && value.startsWith("ey")
    ? { kind: "token", value }
    : { kind: "key", value };
}

/** For as long as the tab is open. */
export function savedCredential(): Credential | null {
  try {
    const saved: unknown = JSON.parse(sessionStorage.getItem(NAME) ?? "null");
    return isCredential(saved) ? saved : null;
  } catch {
    return null;
  }
}

export function saveCredential(credential: Credential): void {
  sessionStorage.setItem(NAME, JSON.stringify(credential));
}

export function forgetCredential(): void {
  sessionStorage.removeItem(NAME);
}

function isCredential(value: unknown): value is Credential {
  if (typeof value !== "object" || value === null || !("kind" in value)) return false;
  if (value.kind === "none") return true;
  return (value.kind === "key" || value.kind === "token") && "value" in value && typeof value.value === "string";
}
