import type { Branch } from "@heliosdb/client";
import { useQuery } from "@tanstack/react-query";
import { TableChanges } from "../../../diff/table-changes.js";
import { FormDialog } from "../../../parts/dialog.js";
import { ErrorNote } from "../../../parts/error-note.js";
import { Loading } from "../../../parts/states.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

export function ResetBranch({ branch, onClose }: { readonly branch: Branch; readonly onClose: () => void }) {
  const { name, parent, scn } = branch;
  const client = useClient();
  const tell = useTell();
  const preview = useQuery({
    queryKey: ["reset", name, parent, scn],
    // What turns the branch into its parent.
    queryFn: ({ signal }) => client.branches.diff(parent!, { from: { branch: name }, limit: 0, signal }),
  });
  const reset = useChange(
    () => client.branches.reset(name, { to: "parent", ifScn: scn }),
    () => {
      tell(`${name} is as ${parent} is now.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Reset ${name} to ${parent}?`}
      action="Reset branch"
      look="danger"
      onClose={onClose}
      busy={reset.isPending}
      error={reset.error}
      disabled={!preview.data}
      onSubmit={() => reset.mutate(undefined)}
    >
      <p>
        The branch takes the state that {parent} has now, as one commit. Its own changes stay in its history, and the
        state of now is kept as an automatic snapshot.
      </p>
      {preview.isPending && <Loading label="Finding out what would change" rows={2} />}
      {preview.error && <ErrorNote error={preview.error} />}
      {preview.data && (
        <section className="preview" aria-label="What will change">
          <h3>What will change on {name}</h3>
          <TableChanges tables={preview.data.tables} />
        </section>
      )}
    </FormDialog>
  );
}
