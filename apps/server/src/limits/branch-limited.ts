import {
  type AnyDeclaration,
  type BranchInfo,
  type BranchRef,
  COMPOSITE_OPERATIONS,
  type DatabasePort,
  type Declaration,
  type GraphBranch,
  HeliosError,
  OPERATIONS,
} from "@heliosdb/port";
import { ApiError } from "../errors/api-error.js";
import { fitsAny } from "../util/glob.js";

type Method = (request: never, ...others: never[]) => Promise<unknown>;

/**
 * A database that contains only the branches whose names match a glob. Every other branch is treated as nonexistent,
 * and no result names one: a branch that was made from a hidden one is shown with its history, but without its origin.
 * An operation's declaration says which branches a request names; the names in results are handled below.
 */
export function branchLimitedDatabase(database: DatabasePort, globs: readonly string[]): DatabasePort {
  const seen = new SeenBranches(database, globs);
  const checkedMethods = Object.fromEntries(
    Object.entries<AnyDeclaration>({ ...OPERATIONS, ...COMPOSITE_OPERATIONS }).flatMap(([name, declaration]) => {
      const method = database[name as keyof DatabasePort] as Method | undefined;
      if (!method) return [];
      const checkedMethod: Method = (request, ...others) =>
        seen.check(declaration, request).then(() => method(request, ...others));
      return [[name, checkedMethod]];
    }),
  ) as unknown as DatabasePort;
  return { ...checkedMethods, ...shownMethods(checkedMethods, seen) };
}

/** The methods whose results, or errors, could name a hidden branch. */
function shownMethods(database: DatabasePort, seen: SeenBranches): Partial<DatabasePort> {
  const shown = async (branch: Promise<BranchInfo>) => seen.shown(await branch);
  return {
    listBranches: async (request) => {
      const all = await database.listBranches(request);
      return all.filter(({ name }) => seen.sees(name)).map((branch) => seen.shown(branch));
    },
    getBranch: (request) => seen.get(request),
    createBranch: (request) => shown(database.createBranch(request)),
    updateBranch: (request) => shown(database.updateBranch(request)),
    deleteBranch: (request) => shown(database.deleteBranch(request).catch((error) => seen.rethrow(error))),
    undeleteBranch: (request) =>
      shown(database.undeleteBranch(request).catch((error) => seen.rethrow(error, request.id))),
    resetBranch: async (request) => {
      await seen.check(OPERATIONS.resetBranch, request);
      if (request.to === "parent") await seen.checkParent(request.branch);
      return shown(database.resetBranch(request));
    },
    importFile: (request, bytes) => shown(database.importFile(request, bytes)),
    restore: async (request, cancellation) => {
      if (!request.backup) return database.restore(request, cancellation);
      // The engine's default name is chosen here, so that it can be checked.
      const { name, headScn } = await database.getBranch({ branch: request.branch });
      const backup = request.backup.name ?? `${name}-backup-${headScn}`;
      seen.checkNewName(backup);
      const result = await database.restore({ ...request, backup: { name: backup } }, cancellation);
      return { ...result, backup: result.backup && seen.shown(result.backup) };
    },
    history: async (request, cancellation) => {
      const page = await database.history(request, cancellation);
      const entries = page.entries.map((entry) => ({
        ...entry,
        branch: seen.orNull(entry.branch),
        // The history line of a merge contains its source's name at that time.
        statements: entry.kind === "merge" ? [] : entry.statements,
        merged: entry.merged && entry.merged.name !== null && seen.sees(entry.merged.name) ? entry.merged : null,
        snapshots: entry.snapshots.filter(({ branch }) => seen.sees(branch.name)),
      }));
      return { ...page, entries };
    },
    graph: async (request, cancellation) => {
      const { branches: wanted = null, deleted = false } = request;
      const all = await database.listBranches({ deleted });
      const seenIds = all
        .filter(({ id, name, state }) => seen.sees(name) && isNamed(wanted, id, state === "deleted" ? null : name))
        .map(({ id }) => id);
      const graph = await database.graph({ ...request, branches: seenIds }, cancellation);
      return { ...graph, branches: graph.branches.map((branch) => seen.drawn(branch)) };
    },
    rowHistory: async (request, cancellation) => {
      const page = await database.rowHistory(request, cancellation);
      return { ...page, versions: page.versions.map((each) => ({ ...each, branch: seen.orNull(each.branch) })) };
    },
  };
}

/** Branches that match the globs. */
class SeenBranches {
  constructor(
    private readonly database: DatabasePort,
    private readonly globs: readonly string[],
  ) {}

  sees(name: string): boolean {
    return fitsAny(this.globs, name);
  }

  orNull<B extends { readonly name: string }>(branch: B | null): B | null {
    return branch && this.sees(branch.name) ? branch : null;
  }

  async check<Q>({ branches, newNames }: Declaration<Q>, request: Q): Promise<void> {
    for (const branch of branches(request)) await this.checkBranch(branch);
    for (const name of newNames?.(request) ?? []) this.checkNewName(name);
  }

  /** A name alone decides whether it is hidden; an id has to be looked up. */
  private async checkBranch(branch: BranchRef): Promise<void> {
    if (isId(branch)) await this.get({ branch, deleted: true });
    else if (!this.sees(branch)) throw notFound(branch);
  }

  async get(request: Parameters<DatabasePort["getBranch"]>[0]): Promise<BranchInfo> {
    if (!isId(request.branch) && !this.sees(request.branch)) throw notFound(request.branch);
    const branch = await this.database.getBranch(request);
    if (!this.sees(branch.name)) throw notFound(request.branch);
    return this.shown(branch);
  }

  checkNewName(name: string): void {
    if (this.sees(name)) return;
    const globs = this.globs.map((glob) => `'${glob}'`).join(", ");
    throw new ApiError("FORBIDDEN", `These credentials can only use branch names that match ${globs}, got '${name}'.`);
  }

  /** The parent's newer states are not part of the branch. */
  async checkParent(ref: BranchRef): Promise<void> {
    const { name, parent } = await this.database.getBranch({ branch: ref });
    if (!parent || this.sees(parent.name)) return;
    throw new ApiError("FORBIDDEN", `These credentials can't see the parent of branch '${name}'.`);
  }

  shown(branch: BranchInfo): BranchInfo {
    if (!branch.parent || this.sees(branch.parent.name)) return branch;
    const { details } = branch;
    return { ...branch, parent: null, ...(details && { details: { ...details, divergence: null } }) };
  }

  drawn(branch: GraphBranch): GraphBranch {
    const groups = branch.groups.map((group) => ({
      ...group,
      merges: group.merges.filter(({ source }) => source.name !== null && this.sees(source.name)),
    }));
    return { ...branch, parent: this.orNull(branch.parent), groups };
  }

  /** Rethrows an error without the names of hidden branches. `id`: of the branch to be undeleted. */
  async rethrow(error: unknown, id?: BranchRef): Promise<never> {
    if (!(error instanceof HeliosError)) throw error;
    if (error.code === "BRANCH_NOT_FOUND" && id !== undefined) {
      const { parent } = await this.get({ branch: id, deleted: true });
      if (!parent) throw new HeliosError(error.code, "The branch's parent is deleted. Undelete the parent first.");
    }
    const { children } = error.data;
    if (!Array.isArray(children)) throw error;
    const visible = children.filter((name) => this.sees(String(name)));
    if (visible.length === children.length) throw error;
    throw new HeliosError(
      error.code,
      "The branch has children, and these credentials can't see all of them. Delete them first.",
      {
        ...error.data,
        children: visible,
      },
    );
  }
}

function isNamed(refs: readonly BranchRef[] | null, id: string, name: string | null): boolean {
  return refs === null || refs.includes(id) || (name !== null && refs.includes(name));
}

function isId(branch: BranchRef): boolean {
  return branch.startsWith("br_");
}

/** The engine's error for a branch that does not exist. */
function notFound(branch: BranchRef): HeliosError {
  return new HeliosError("BRANCH_NOT_FOUND", `Branch '${branch}' not found`);
}
