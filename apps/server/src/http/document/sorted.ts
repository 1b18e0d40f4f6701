/** Keys whose own order means something to a reader. */
const TOP = ["openapi", "info", "servers", "tags", "paths", "components"];
const METHODS = ["get", "post", "put", "patch", "delete"];

/** The document with its names in order, so that a diff shows what changed and nothing else. */
export function sorted(document: { readonly [name: string]: unknown }): object {
  return order(document, TOP);
}

function order(value: unknown, first: readonly string[]): object {
  const source = value as { [name: string]: unknown };
  const names = Object.keys(source).sort((a, b) => {
    const [x, y] = [first.indexOf(a), first.indexOf(b)];
    if (x !== y) return (x < 0 ? first.length : x) - (y < 0 ? first.length : y);
    return a < b ? -1 : a > b ? 1 : 0;
  });
  return Object.fromEntries(
    names.filter((name) => source[name] !== undefined).map((name) => [name, below(source[name], name)]),
  );
}

function below(value: unknown, name: string): unknown {
  // Examples and lists are shown as they were written.
  if (name === "example" || name === "value" || name === "default") return value;
  if (Array.isArray(value)) return value.map((entry) => below(entry, ""));
  if (typeof value !== "object" || value === null) return value;
  return order(value, METHODS);
}
