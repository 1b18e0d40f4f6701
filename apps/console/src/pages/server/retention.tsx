import type { RetentionSettings } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Fact } from "../../parts/fact.js";
import { Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useBranches } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { bytes, counted } from "../../util/text.js";
import { fullTime } from "../../util/time.js";
import { SetRetention } from "./dialogs/set-retention.js";
import { durationText, type Holder, holdersOf } from "./holders.js";

const LISTED = 20;
const WHY: { readonly [W in Holder["why"]]: string } = {
  unwritten: "It has no data of its own yet, and reads the state that it was made from.",
  unmerged: "Merging it needs the state that it was made from, and all changes since.",
  merged: "Merging it again needs their last common state.",
};

/** How long history is kept, and what needs it for longer. */
export function Retention() {
  const client = useClient();
  const [isOpen, setOpen] = useState(false);
  const { data, error, isPending } = useQuery<RetentionSettings>({
    queryKey: ["retention"],
    queryFn: ({ signal }) => client.retention.get({ signal }),
  });
  const { data: list } = useBranches();
  const main = list?.branches.find(({ isDefault }) => isDefault)?.name;
  const { data: density } = useQuery({
    queryKey: ["readable", main],
    enabled: main !== undefined,
    queryFn: ({ signal }) => client.branches.density(main ?? "", { buckets: 1, signal }),
  });
  const holders = data && list ? holdersOf(list.branches, data.historySeconds) : [];
  return (
    <section className="card section" aria-labelledby="server-retention">
      <header className="panel-head">
        <h2 id="server-retention">Retention</h2>
        {data && (
          <Button className="button-small" icon={<Pencil size={13} />} onClick={() => setOpen(true)}>
            Change…
          </Button>
        )}
      </header>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the retention" rows={3} />}
      {data && (
        <dl className="facts">
          <Fact name="History">{data.historySeconds === null ? "forever" : durationText(data.historySeconds)}</Fact>
          <Fact name="History of a branch">
            {data.historyBytes === null ? "of any size" : `up to ${bytes(data.historyBytes)}`}
          </Fact>
          <Fact name="Deleted branches">{durationText(data.deletedSeconds)}</Fact>
          {density && density.commits > 0 && <Fact name={`${main} can be read`}>back to {fullTime(density.from)}</Fact>}
        </dl>
      )}
      {data && data.historySeconds !== null && list && (
        <>
          <h3>What holds history for longer</h3>
          {holders.length === 0 ? (
            <p className="soft">No branch does. Snapshots are kept by themselves.</p>
          ) : (
            <>
              <ul className="plain-list holders">
                {holders.slice(0, LISTED).map(({ branch, why }) => (
                  <li key={branch.id}>
                    <p>
                      <Link to="/branches" search={{ view: "list", branch: branch.name }} className="link branch-name">
                        {branch.name}
                      </Link>{" "}
                      <span className="soft">
                        made from {branch.parent ?? "a branch"} as of <TimeAgo date={branch.forkedAt} />
                      </span>
                    </p>
                    <p className="soft">{WHY[why]}</p>
                  </li>
                ))}
              </ul>
              <p className="soft">
                {holders.length > LISTED &&
                  `And ${counted(holders.length - LISTED, "other branch", "other branches")}. `}
                Merge and delete what is done, or let it expire.
              </p>
            </>
          )}
        </>
      )}
      {isOpen && data && <SetRetention now={data} onClose={() => setOpen(false)} />}
    </section>
  );
}
