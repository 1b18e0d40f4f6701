import type { Branch } from "@heliosdb/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { GitBranch } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { axisOf } from "../../axis/axis.js";
import { BranchGraph } from "../../graph/branch-graph.js";
import { type Dot, momentsOf } from "../../graph/layout.js";
import { type Window, wholeOf } from "../../graph/window.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { useClient } from "../../session/session.js";
import { DotCard } from "./dot-card.js";

interface GraphViewProps {
  readonly branches: readonly Branch[];
  readonly text: string;
  readonly onBranch: (name: string) => void;
}

const LIVE_MS = 10_000;
const PAUSE_MS = 180;
const GROUPS = 120;

/** The graph, read again for the time that is in sight, so that folds open as somebody comes closer. */
export function GraphView({ branches, text, onBranch }: GraphViewProps) {
  const client = useClient();
  const [window, setWindow] = useState<Window | null>(null);
  const [asked, setAsked] = useState<Window | null>(null);
  const [chosen, setChosen] = useState<Dot | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(window), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [window]);
  const { data, error, dataUpdatedAt } = useQuery({
    queryKey: ["graph", asked],
    queryFn: ({ signal }) =>
      client.branches.graph({
        ...{ maxGroupsPerBranch: GROUPS, signal },
        ...(asked && { from: new Date(asked.from), until: new Date(asked.until) }),
      }),
    placeholderData: keepPreviousData,
    refetchInterval: LIVE_MS,
  });
  const axis = useMemo(() => data && axisOf(momentsOf(data, dataUpdatedAt)), [data, dataUpdatedAt]);
  if (error) return <ErrorNote error={error} />;
  if (!data || !axis) return <Loading label="Drawing the graph" rows={8} />;
  if (data.earliest === null) {
    return (
      <Empty icon={<GitBranch size={28} />} title="No commits yet">
        The graph grows with the first change of a table.
      </Empty>
    );
  }
  return (
    <>
      <BranchGraph
        graph={data}
        window={window ?? wholeOf(axis)}
        axis={axis}
        now={dataUpdatedAt}
        text={text}
        chosen={chosen?.key ?? null}
        onWindow={setWindow}
        onDot={setChosen}
        onBranch={onBranch}
      />
      {data.moreBranches > 0 && <p className="soft">{data.moreBranches} older branches are not drawn.</p>}
      {chosen && (
        <DotCard
          branch={chosen.branch}
          group={chosen.group}
          branches={branches}
          onClose={() => setChosen(null)}
          onZoom={setWindow}
          onBranch={() => onBranch(chosen.branch.name)}
        />
      )}
    </>
  );
}
