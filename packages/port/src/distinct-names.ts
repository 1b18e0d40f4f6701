/** Column names made unique for the keys of an object: a repeated name gets `:1`, `:2` and so on. */
export function distinctNames(columns: readonly string[]): readonly string[] {
  if (new Set(columns).size === columns.length) return columns;
  const taken = new Set(columns);
  const seen = new Set<string>();
  return columns.map((name) => {
    let unique = name;
    for (let number = 1; seen.has(unique) || (unique !== name && taken.has(unique)); number++)
      unique = `${name}:${number}`;
    seen.add(unique);
    return unique;
  });
}
