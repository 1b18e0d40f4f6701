/** The body of a response that has one. Failures never get here: they are thrown when the response arrives. */
export function bodyOf<T>(data: T | undefined): T {
  if (data === undefined) throw new TypeError("Expected a response with a body, got none.");
  return data;
}

/** Checks path parameters: an empty one would name another route, and so would a step of a URL. */
export function pathOf<T extends Record<string, string>>(params: T): T {
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string" || value === "")
      throw new TypeError(`Invalid ${name} ${JSON.stringify(value) ?? value}. Expected a non-empty string.`);
    if (value === "." || value === "..")
      throw new TypeError(`Invalid ${name} "${value}". No URL can hold it as a name. Use an id, or SQL.`);
  }
  return params;
}

/** A path with its parameters, and its query without undefined fields. */
export function urlOf(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? path : `${path}?${given}`;
}

/** Calls that can run in a transaction of several requests. */
export interface InTransaction {
  /** Id of a transaction on the same branch. Nothing is written for good before it is committed. */
  readonly transactionId?: string;
}

/** The policy of a call that writes. In a transaction it must not run twice, and the server takes no key for it. */
export function onceIn({ transactionId }: InTransaction): { readonly idempotent: false; readonly once?: true } {
  return transactionId === undefined ? { idempotent: false } : { idempotent: false, once: true };
}
