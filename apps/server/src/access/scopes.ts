/** Permissions of a credential. `admin` implies all, `write` implies read and merge; `merge` alone merges only. */
export const SCOPES = ["read", "write", "merge", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

const ALIASES: { readonly [word: string]: Scope } = {
  "sync:read": "read",
  "sync:write": "write",
  "api:read": "read",
  "api:write": "write",
};

/** The scopes named by a token or a key; unknown words are ignored. */
export function parseScopes(words: readonly string[]): readonly Scope[] {
  const named = new Set(words.map((word) => (Object.hasOwn(ALIASES, word) ? ALIASES[word] : word)));
  return SCOPES.filter((scope) => named.has(scope));
}

/** Whether the held scopes allow an operation that needs `required`. */
export function allows(held: readonly Scope[], required: Scope): boolean {
  return holds(held, required) || (required === "merge" && held.includes("write"));
}

/**
 * Whether the held scopes contain `scope` itself, so that it can be passed on. `write` allows merging, but does not
 * contain `merge`, which also opens protected branches.
 */
export function holds(held: readonly Scope[], scope: Scope): boolean {
  return held.includes(scope) || held.includes("admin") || (scope === "read" && held.includes("write"));
}

/** The part of `scopes` that is within `bound`. */
export function within(scopes: readonly Scope[], bound: readonly Scope[]): readonly Scope[] {
  if (scopes.every((scope) => holds(bound, scope))) return scopes;
  return SCOPES.filter((scope) => holds(scopes, scope) && holds(bound, scope));
}
