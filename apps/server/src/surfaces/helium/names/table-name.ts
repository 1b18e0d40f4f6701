/** A table's name in SQL, and the name of the class that DataJoint would have made it from. */
export interface TransformedName {
  readonly raw: string;
  readonly clean: string;
}

export const TIERS = ["lookup", "manual", "imported", "computed", "hidden", "unknown"] as const;
export type TableTier = (typeof TIERS)[number];

export interface TableName {
  readonly name: TransformedName;
  readonly tier: TableTier;
  /** Of the table that it is a part of. */
  readonly masterName: TransformedName | null;
}

const SEPARATOR = "__";
/** In the order in which they are tried: one is the beginning of another. */
const PREFIXES = [
  ["#", "lookup"],
  ["__", "computed"],
  ["_", "imported"],
  ["~", "hidden"],
] as const;
/** The class is Helium's, braces and comma included. */
const DATAJOINT = /^[_{1,2}~#]?[a-z0-9_]+$/;

/**
 * Reads a table's name by DataJoint's rules: `#foo_bar__part` is the part Part of the lookup table FooBar.
 * @param isTable whether there is a table of a name; a part without its master is no part
 */
export function tableName(raw: string, isTable: (name: string) => boolean): TableName {
  if (!DATAJOINT.test(raw)) return { name: { raw, clean: raw }, tier: "unknown", masterName: null };
  const end = raw.indexOf(SEPARATOR, raw.startsWith(SEPARATOR) ? SEPARATOR.length : 0);
  const master = end < 0 ? raw : raw.slice(0, end);
  const [prefix, tier] = PREFIXES.find(([each]) => master.startsWith(each)) ?? ["", "manual"];
  if (end < 0 || !isTable(master)) {
    return { name: { raw, clean: cleanName(raw.slice(prefix.length)) }, tier, masterName: null };
  }
  return {
    name: { raw, clean: cleanName(raw.slice(end + SEPARATOR.length)) },
    tier,
    masterName: { raw: master, clean: cleanName(master.slice(prefix.length)) },
  };
}

/** The name of the master that a name would be a part of; null for a name that is none of a part. */
export function masterOf(raw: string): string | null {
  return tableName(raw, () => true).masterName?.raw ?? null;
}

/** snake_case as UpperCamelCase. */
function cleanName(name: string): string {
  return name
    .split(/_+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}
