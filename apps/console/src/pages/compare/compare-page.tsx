import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, ArrowRight, GitMerge } from "lucide-react";
import { DiffView } from "../../diff/diff-view.js";
import { Button } from "../../parts/button.js";
import { Loading } from "../../parts/states.js";
import { useBranches } from "../../session/queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { StatePicker } from "./state-picker.js";

const FROM = "/compare";

/** Any two states: branches of now, or of any point in time. */
export function ComparePage() {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const { identity } = useSession();
  const { data } = useBranches();
  if (!data) return <Loading label="Reading the branches" />;
  const fallback = (data.branches.find((branch) => branch.isDefault) ?? data.branches[0])?.name ?? "main";
  const to = search.to ?? fallback;
  const parent = data.branches.find((branch) => branch.name === to)?.parent;
  const from = search.from ?? parent ?? fallback;
  const isPlain = search.fromAt === undefined && search.toAt === undefined && from !== to;
  const set = (values: Partial<typeof search>) =>
    navigate({ search: (old) => ({ ...old, from, to, table: undefined, ...values }), replace: true });
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Compare</h1>
          <p className="page-sub">What turns the first state into the second.</p>
        </div>
        {isPlain && rightsOf(identity).merges && (
          <Link to="/merge" search={{ source: to, target: from }} className="button button-primary">
            <GitMerge size={15} aria-hidden="true" />
            <span>Merge into {from}</span>
          </Link>
        )}
      </header>
      <div className="card compare-states">
        <StatePicker
          label="From"
          branches={data.branches}
          branch={from}
          at={search.fromAt}
          onChange={(branch, at) => set({ from: branch, fromAt: at })}
        />
        <ArrowRight size={18} aria-hidden="true" className="soft compare-arrow" />
        <StatePicker
          label="To"
          branches={data.branches}
          branch={to}
          at={search.toAt}
          onChange={(branch, at) => set({ to: branch, toAt: at })}
        />
        <Button
          icon={<ArrowLeftRight size={15} />}
          onClick={() => set({ from: to, fromAt: search.toAt, to: from, toAt: search.fromAt })}
        >
          Swap
        </Button>
      </div>
      <DiffView
        from={{ branch: from, ...(search.fromAt !== undefined && { asOf: search.fromAt }) }}
        branch={to}
        at={search.toAt}
        table={search.table}
        onTable={(table) => navigate({ search: (old) => ({ ...old, table }), replace: true })}
      />
    </div>
  );
}
