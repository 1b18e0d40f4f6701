/** What a credential may do. `admin` implies all, `write` implies read and merge; `merge` alone merges only. */
export const SCOPES = ["read", "write", "merge", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

const ALIASES: { readonly [word: string]: Scope } = {
  "sync:read": "read",
  "sync:write": "write",
  "api:read": "read",
  "api:write": "write",
};

/** The scopes that words of a token or a key name; words from elsewhere mean nothing here. */
export function parseScopes(words: readonly string[]): readonly Scope[] {
  const named = new Set(words.map((word) => (Object.hasOwn(ALIASES, word) ? ALIASES[word] : word)));
  return SCOPES.filter((scope) => named.has(scope));
}

/** Whether the scopes held allow what needs `required`. */
export function allows(held: readonly Scope[], required: Scope): boolean {
  if (held.includes("admin") || held.includes(required)) return true;
  return held.includes("write") && (required === "read" || required === "merge");
}
