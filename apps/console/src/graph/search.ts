import type { Graph, GraphBranch, GraphGroup } from "@heliosdb/client";

/** What of a graph has a text: in the name of a branch, or in the author, the message or a table of a commit. */
export interface Found {
  readonly branches: ReadonlySet<string>;
  /** By branch and first SCN. */
  readonly dots: ReadonlySet<string>;
}

/** Null where nothing is looked for. */
export function search({ branches }: Graph, text: string): Found | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  const dots = new Set<string>();
  const names = new Set<string>();
  for (const branch of branches) {
    const isNamed = has(branch.name, wanted);
    if (isNamed) names.add(branch.id);
    for (const group of branch.groups) {
      if (isNamed || fits(group, wanted)) dots.add(`${branch.id} ${group.first.scn}`);
      if (!isNamed && fits(group, wanted)) names.add(branch.id);
    }
  }
  return { branches: names, dots };
}

/** In words, for whoever can't see it or wants more of it. */
export function describe(branch: GraphBranch, group: GraphGroup): string {
  const { commits, commit, types, first, last } = group;
  const where = `on ${branch.name}`;
  if (!commit) return `${commits} commits ${where}, ${first.scn} to ${last.scn}`;
  const what = commit.message ?? types.join(", ");
  return `${what}, commit ${last.scn} ${where} by ${commit.author}`;
}

function fits({ commit }: GraphGroup, wanted: string): boolean {
  if (!commit) return false;
  return (
    has(commit.author, wanted) || has(commit.message ?? "", wanted) || commit.tables.some((table) => has(table, wanted))
  );
}

function has(text: string, wanted: string): boolean {
  return text.toLowerCase().includes(wanted);
}
