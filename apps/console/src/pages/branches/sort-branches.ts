import type { Branch } from "@heliosdb/client";

export const SORTS = ["name", "parent", "commit", "changed", "size"] as const;
export type SortKey = (typeof SORTS)[number];

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** `name`, `-size`: as it stands in the URL. */
export function sortOf(text: string | undefined): Sort {
  const descending = text?.startsWith("-") ?? true;
  const key = SORTS.find((each) => each === text?.replace(/^-/, ""));
  return key ? { key, descending } : { key: "changed", descending: true };
}

export function sortText({ key, descending }: Sort): string {
  return descending ? `-${key}` : key;
}

/** A second click on a column turns its order round; times and sizes begin with the largest. */
export function nextSort(sort: Sort, key: SortKey): Sort {
  if (sort.key === key) return { key, descending: !sort.descending };
  return { key, descending: key === "commit" || key === "changed" || key === "size" };
}

/** The branches that have the text in a name or a parent's name, in order; equal ones by name. */
export function listed(branches: readonly Branch[], text: string, sort: Sort): readonly Branch[] {
  const wanted = text.trim().toLowerCase();
  const has = ({ name, displayName, parent }: Branch) =>
    [name, displayName, parent].some((each) => each?.toLowerCase().includes(wanted));
  const sign = sort.descending ? -1 : 1;
  return branches.filter(has).sort((a, b) => {
    const [x, y] = [VALUES[sort.key](a), VALUES[sort.key](b)];
    if (x !== y) return x < y ? -sign : sign;
    return a.name < b.name ? -1 : 1;
  });
}

const VALUES: { readonly [K in SortKey]: (branch: Branch) => string | number } = {
  name: ({ name }) => name.toLowerCase(),
  parent: ({ parent }) => parent?.toLowerCase() ?? "",
  commit: ({ scn }) => scn,
  changed: ({ stats }) => stats.lastModified.getTime(),
  size: ({ stats }) => stats.sizeBytes,
};
