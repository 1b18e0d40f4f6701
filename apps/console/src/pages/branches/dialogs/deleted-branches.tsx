import type { Branch } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { Button } from "../../../parts/button.js";
import { Dialog } from "../../../parts/dialog.js";
import { ErrorNote } from "../../../parts/error-note.js";
import { Empty, Loading } from "../../../parts/states.js";
import { TimeAgo } from "../../../parts/time-ago.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

const MOST = 100;

export function DeletedBranches({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const { data, error, isPending } = useQuery({
    queryKey: ["deleted"],
    queryFn: ({ signal }) =>
      client.branches.list({ status: "deleted", limit: MOST, sort: "updated_at", order: "desc", signal }),
  });
  const undelete = useChange(
    (branch: Branch) => client.branches.undelete(branch.id),
    (branch) => tell(`${branch.name} is back.`),
  );
  return (
    <Dialog title="Deleted branches" onClose={onClose}>
      <div className="dialog-body">
        {isPending && <Loading label="Reading the deleted branches" rows={3} />}
        {error && <ErrorNote error={error} />}
        {undelete.error !== null && <ErrorNote error={undelete.error} />}
        {data?.branches.length === 0 && (
          <Empty icon={<Trash2 size={28} />} title="Nothing to bring back">
            Deleted branches are listed here for as long as they are kept.
          </Empty>
        )}
        <ul className="plain-list">
          {data?.branches.map((branch) => (
            <li key={branch.id} className="list-row">
              <span>
                <span className="branch-name">{branch.name}</span>{" "}
                <span className="soft">
                  {branch.deletedAt && <TimeAgo date={branch.deletedAt} />}
                  {branch.parent !== null && `, made from ${branch.parent}`}
                </span>
              </span>
              <Button
                busy={undelete.isPending && undelete.variables.id === branch.id}
                aria-label={`Bring back ${branch.name}`}
                onClick={() => undelete.mutate(branch)}
              >
                Bring back
              </Button>
            </li>
          ))}
        </ul>
        {data && data.total > MOST && <p className="soft">The newest {MOST} are listed.</p>}
      </div>
    </Dialog>
  );
}
