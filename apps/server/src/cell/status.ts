import type { CellStatus } from "@heliosdb/cell";
import type { Config } from "../config/options.js";

const NOT_SHOWN = "state not shown to this user (GRANT pg_read_all_stats lets it see)";

/** What the store says of the cell, as lines for whoever runs it, and whether all is well. */
export async function showCell({ storeUrls, cell, leaseMs }: Config): Promise<{ lines: string[]; isWell: boolean }> {
  const { cellStatus } = await import("@heliosdb/cell");
  const status = await cellStatus(storeUrls, cell);
  const problems = problemsOf(status, leaseMs);
  const { active, standbys, store, cells, moves } = status;
  const lines = [
    `cell     ${cell}, epoch ${status.epoch}, ${status.logs} logs with ${status.entries} entries`,
    active === null
      ? "active   none"
      : `active   ${active.node}${at(active.url)}, lease renewed ${seconds(active.renewedAgo)} ago`,
    ...standbys.map(
      ({ node, url, behind, seenAgo }) =>
        `standby  ${node}${at(url)}, ${behind} entries behind, seen ${seconds(seenAgo)} ago`,
    ),
    `store    ${store.primary} is the primary; ${
      store.isReplicated ? `commits wait for ${store.waitsFor}` : "commits wait for no standby"
    }`,
    ...store.replicas.map(
      ({ name, state, sync }) => `replica  ${name}, ${state ?? NOT_SHOWN}${sync ? `, ${sync}` : ""}`,
    ),
    ...(cells.length > 1
      ? cells.map(
          (each) =>
            `cells    ${each.name}, ${each.tenants} ${each.tenants === 1 ? "tenant" : "tenants"} beside its own`,
        )
      : []),
    ...moves.map(({ tenant, source, target, state }) => `move     ${tenant} from ${source} to ${target}, ${state}`),
    ...problems.map((problem) => `PROBLEM  ${problem}`),
  ];
  return { lines, isWell: problems.length === 0 };
}

/** What whoever runs the cell should look into. */
export function problemsOf({ active, standbys, store, isWhole, epoch, moves }: CellStatus, leaseMs: number): string[] {
  const problems: string[] = [];
  const isLate = (ago: number) => ago * 1000 > leaseMs;
  if (active === null) problems.push("no node serves the cell");
  else if (isLate(active.renewedAgo)) problems.push(`${active.node} has not renewed its lease`);
  if (!standbys.some(({ seenAgo }) => !isLate(seenAgo))) problems.push("no standby could take over");
  for (const { node, seenAgo } of standbys) if (isLate(seenAgo)) problems.push(`the standby ${node} has not been seen`);
  for (const { tenant, target, state, problem } of moves) {
    if (state === "failed") problems.push(`${tenant} was not moved to ${target}: ${problem}`);
  }
  if (epoch > 0 && !isWhole) problems.push("the first node has not sent all of its databases yet");
  if (!store.isReplicated) problems.push("what is acknowledged is on one server of the store only");
  else if (!store.replicas.some((replica) => replica.state === null || isAwaited(replica))) {
    problems.push("commits of the store wait for a standby that is not there");
  }
  return problems;
}

/** Whether commits wait for it, and it is there. */
function isAwaited({ sync, state }: CellStatus["store"]["replicas"][number]): boolean {
  return /^(sync|quorum)$/.test(sync ?? "") && state === "streaming";
}

function at(url: string | null): string {
  return url === null ? "" : ` at ${url}`;
}

function seconds(value: number): string {
  return `${Math.max(0, value).toFixed(1)} s`;
}
