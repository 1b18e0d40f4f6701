import type { Branch, BranchDetails } from "@heliosdb/client";
import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Loading } from "../../parts/states.js";
import { useBranches } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { bytes, counted } from "../../util/text.js";
import { SizeBar } from "./size-bar.js";

/** Each is asked for by itself. */
const STEP = 10;

/** What takes the space: data against history, the largest branches first. */
export function Sizes() {
  const client = useClient();
  const { data, error, isPending } = useBranches();
  const [most, setMost] = useState(STEP);
  const all = [...(data?.branches ?? [])].sort((a, b) => b.stats.sizeBytes - a.stats.sizeBytes);
  const shown = all.slice(0, most);
  const details = useQueries({
    queries: shown.map(({ name }) => ({
      queryKey: ["sizes", name],
      staleTime: 15_000,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        const [branch, snapshots] = await Promise.all([
          client.branches.get(name, { includeStats: true, signal }),
          client.branches.snapshots.list(name, { signal }),
        ]);
        return { branch, snapshots: snapshots.length };
      },
    })),
  });
  const largest = Math.max(1, all[0]?.stats.sizeBytes ?? 1);
  return (
    <section className="card table-card" aria-labelledby="server-sizes">
      <h2 id="server-sizes" className="card-title">
        Sizes by branch
      </h2>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the sizes" rows={4} />}
      {shown.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th>Branch</th>
              <th className="size-cell">
                <span className="chart-key series-0" aria-hidden="true" /> Data{" "}
                <span className="chart-key series-1" aria-hidden="true" /> History
              </th>
              <th className="number wide-only">Snapshots</th>
              <th className="number">Size</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((branch, index) => (
              <SizeRow
                key={branch.id}
                branch={branch}
                detailed={details[index]?.data?.branch}
                snapshots={details[index]?.data?.snapshots}
                largest={largest}
              />
            ))}
          </tbody>
        </table>
      )}
      {all.length > most && (
        <p className="card-text">
          <Button onClick={() => setMost(most + STEP)}>
            Show more of {counted(all.length - most, "smaller branch", "smaller branches")}
          </Button>
        </p>
      )}
    </section>
  );
}

interface SizeRowProps {
  readonly branch: Branch;
  readonly detailed: Branch | undefined;
  readonly snapshots: number | undefined;
  readonly largest: number;
}

function SizeRow({ branch, detailed, snapshots, largest }: SizeRowProps) {
  const { name, isolated, stats } = branch;
  const details = detailed?.details;
  // Until its first commit, a branch reads the file of the one that it was made from.
  const isEmpty = !isolated || (details !== undefined && hasNothing(details));
  return (
    <tr>
      <td className="cell-name">
        <Link to="/branches" search={{ view: "list", branch: name }} className="link branch-name">
          {name}
        </Link>
      </td>
      <td className="size-cell">
        {isEmpty && <span className="soft">nothing of its own yet</span>}
        {!isEmpty && details && <SizeBar data={details.dataBytes} history={details.historyBytes} largest={largest} />}
      </td>
      <td className="number wide-only">{snapshots ?? ""}</td>
      <td className="number nowrap">{isEmpty ? "—" : bytes(stats.sizeBytes)}</td>
    </tr>
  );
}

function hasNothing({ changes, divergence }: BranchDetails): boolean {
  if (!changes || !divergence) return false;
  return divergence.commitsAhead === 0 && changes.inserts + changes.updates + changes.deletes === 0;
}
