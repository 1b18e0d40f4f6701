const NAMED = /^[:@$][A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/;

/** Whether a placeholder has a name, as `:name`, `@naïve` and `$名` have: one that SQLite takes for a word. */
export function isNamedPlaceholder(text: string): boolean {
  return NAMED.test(text);
}
