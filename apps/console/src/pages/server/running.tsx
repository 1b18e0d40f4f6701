import type { RunningQuery } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { Square } from "lucide-react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { shortened } from "../../util/text.js";

const EVERY_MS = 2000;
const SHOWN = 160;

/** What the databases are busy with, and how to stop it. */
export function Running() {
  const client = useClient();
  const tell = useTell();
  const { data, error } = useQuery<readonly RunningQuery[]>({
    queryKey: ["running"],
    refetchInterval: EVERY_MS,
    queryFn: ({ signal }) => client.queries.list({ signal }),
  });
  const cancel = useChange(
    (query: RunningQuery) => client.queries.cancel(query.id),
    ({ outcome }) => tell(outcome === "cancelled" ? "It was stopped, and changed nothing." : OUTCOMES[outcome]),
  );
  return (
    <section className="card table-card" aria-labelledby="server-running">
      <h2 id="server-running" className="card-title">
        Running now
      </h2>
      {error && <ErrorNote error={error} />}
      {cancel.error !== null && <ErrorNote error={cancel.error} />}
      {data?.length === 0 && <p className="card-text soft">Nothing takes long enough to be seen.</p>}
      {data && data.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th>Statement</th>
              <th className="wide-only">User</th>
              <th className="number">For</th>
              <th>
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.map((query) => (
              <tr key={query.id}>
                <td className="cell-name">
                  <code className="clip">{shortened(query.sql ?? query.operation, SHOWN)}</code>
                  {query.branch !== null && <span className="cell-sub">on {query.branch}</span>}
                </td>
                <td className="wide-only cell-text">{query.userId}</td>
                <td className="number nowrap">{(query.elapsedMs / 1000).toFixed(1)} s</td>
                <td>
                  <Button
                    className="button-small"
                    icon={<Square size={12} />}
                    disabled={query.state === "cancelled"}
                    busy={cancel.isPending && cancel.variables.id === query.id}
                    onClick={() => cancel.mutate(query)}
                  >
                    Cancel
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const OUTCOMES = {
  finished: "It had ended by itself.",
  stopping: "It is being stopped, and has not ended yet.",
};
