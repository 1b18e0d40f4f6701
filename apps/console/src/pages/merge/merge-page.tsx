import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowRight, GitCompareArrows, GitMerge } from "lucide-react";
import { useState } from "react";
import { ErrorNote } from "../../parts/error-note.js";
import { SelectField } from "../../parts/field.js";
import { Empty, Loading } from "../../parts/states.js";
import { useBranches, useTables } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { MergeDone } from "./merge-done.js";
import { MergePlan } from "./merge-plan.js";

const FROM = "/merge";

/** Shows what a merge would do, lets each conflict be decided, and does it. */
export function MergePage() {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: FROM });
  const client = useClient();
  const { data } = useBranches();
  const [done, setDone] = useState<{ readonly message: string; readonly scn: number; readonly target: string } | null>(
    null,
  );
  const branches = data?.branches ?? [];
  const named = branches.find(({ name }) => name === search.source);
  const source = named && !(named.isDefault && search.target === undefined) ? named : undefined;
  const target = search.target ?? source?.parent ?? branches.find(({ isDefault }) => isDefault)?.name ?? "main";
  const isPossible = source !== undefined && source.name !== target;
  const plan = useQuery({
    queryKey: ["merge", source?.name, target],
    enabled: isPossible && done === null,
    queryFn: ({ signal }) =>
      client.branches.merge(source!.name, { targetBranch: target, conflictResolution: "manual", dryRun: true, signal }),
  });
  const changes = useQuery({
    queryKey: ["merge-changes", source?.name],
    enabled: isPossible && done === null,
    queryFn: ({ signal }) => client.branches.diff(source!.name, { limit: 0, signal }),
  });
  const tables = useTables(target, undefined);
  const set = (values: Partial<typeof search>) => {
    setDone(null);
    void navigate({ search: (old) => ({ ...old, source: search.source, target, ...values }), replace: true });
  };

  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Merge</h1>
          <p className="page-sub">Value by value: both sides keep what only one of them changed.</p>
        </div>
        {isPossible && (
          <Link to="/compare" search={{ from: target, to: source.name }} className="button button-plain">
            <GitCompareArrows size={15} aria-hidden="true" />
            <span>Compare</span>
          </Link>
        )}
      </header>
      <div className="card compare-states">
        <SelectField label="Merge" value={source?.name ?? ""} onChange={(event) => set({ source: event.target.value })}>
          {!source && <option value="">Choose a branch</option>}
          {branches.map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </SelectField>
        <ArrowRight size={18} aria-hidden="true" className="soft compare-arrow" />
        <SelectField label="Into" value={target} onChange={(event) => set({ target: event.target.value })}>
          {branches.map(({ id, name }) => (
            <option key={id}>{name}</option>
          ))}
        </SelectField>
      </div>
      {!data && <Loading label="Reading the branches" />}
      {data && done === null && !isPossible && (
        <Empty
          icon={<GitMerge size={28} />}
          title={branches.length < 2 ? "There is nothing to merge yet" : "Choose two branches"}
        >
          {branches.length < 2
            ? "Make a branch, change something on it, and merge it back here."
            : "The first is merged into the second, which must be another one."}
        </Empty>
      )}
      {plan.error && <ErrorNote error={plan.error} />}
      {done === null && isPossible && plan.isPending && <Loading label="Trying the merge" />}
      {done === null && isPossible && plan.data && (
        <MergePlan
          key={`${source.id} ${target} ${plan.data.scn}`}
          source={source}
          target={target}
          plan={plan.data}
          changes={changes.data?.tables}
          tables={tables.data ?? []}
          onDone={(result) => setDone({ message: result.message, scn: result.scn, target })}
        />
      )}
      {done && <MergeDone {...done} />}
    </div>
  );
}
