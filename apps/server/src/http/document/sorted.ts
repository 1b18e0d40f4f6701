/** Keys whose original order is meaningful to readers. */
const TOP = ["openapi", "info", "servers", "tags", "paths", "components"];
const METHODS = ["get", "post", "put", "patch", "delete"];

/** Sorts the names in the document, so that a diff shows only real changes. */
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
  // Examples and lists keep their order.
  if (name === "example" || name === "value" || name === "default") return value;
  if (Array.isArray(value)) return value.map((entry) => below(entry, ""));
  if (typeof value !== "object" || value === null) return value;
  return order(value, METHODS);
}
