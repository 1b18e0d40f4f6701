/** The query string of a URL, of which anybody may write anything. */
export type Search = Readonly<Record<string, unknown>>;

/** The named texts of a query string; others are dropped. */
export function searchOf<K extends string>(given: Search, names: readonly K[]): { [N in K]?: string } {
  const found = names.flatMap((name) => {
    const value = given[name];
    return typeof value === "string" && value !== "" ? [[name, value] as const] : [];
  });
  return Object.fromEntries(found) as { [N in K]?: string };
}
