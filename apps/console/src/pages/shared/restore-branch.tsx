import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { TableChanges } from "../../diff/table-changes.js";
import { FormDialog } from "../../parts/dialog.js";
import { ErrorNote } from "../../parts/error-note.js";
import { CheckField, TextField } from "../../parts/field.js";
import { Loading } from "../../parts/states.js";
import { useTell } from "../../parts/toasts.js";
import { pointOf, pointText, typedPoint } from "../../point/point.js";
import { PointField } from "../../point/point-field.js";
import { useBranch, useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";

interface RestoreBranchProps {
  readonly branch: string;
  /** The point that is offered first. */
  readonly at?: string;
  readonly onClose: () => void;
  readonly onDone?: () => void;
}

/** Shows what a restore would change before it does it, and does just that or nothing. */
export function RestoreBranch({ branch, at, onClose, onDone }: RestoreBranchProps) {
  const client = useClient();
  const tell = useTell();
  const [typed, setTyped] = useState(() =>
    at === undefined ? { ...typedPoint(at), kind: "commit" as const } : typedPoint(at),
  );
  const [keeps, setKeeps] = useState(false);
  const [message, setMessage] = useState("");
  const point = pointOf(typed) ?? null;
  const { data: info } = useBranch(branch);
  const preview = useQuery({
    queryKey: ["restore", branch, point, info?.scn],
    enabled: point !== null && info !== undefined,
    queryFn: ({ signal }) => client.branches.restore(branch, { asOf: point!, dryRun: true, signal }),
  });
  const restore = useChange(
    () =>
      client.branches.restore(branch, {
        asOf: point!,
        createBackupBranch: keeps,
        ...(message.trim() !== "" && { message: message.trim() }),
        ...(info && { ifTargetScn: info.scn }),
      }),
    (result) => {
      const kept = result.backupBranch === null ? "" : ` The state before is kept as ${result.backupBranch}.`;
      tell(`${branch} is as it was at ${pointText(point ?? undefined)}.${kept}`);
      onDone?.();
      onClose();
    },
  );

  return (
    <FormDialog
      title={`Restore ${branch}`}
      action="Restore"
      onClose={onClose}
      busy={restore.isPending}
      error={restore.error}
      disabled={!preview.data}
      onSubmit={() => restore.mutate(undefined)}
    >
      <p>
        Rows and schema become what they were at that point, as one new commit. What came after stays in the history, so
        that a restore can be undone by another.
      </p>
      <PointField label="Restore to" branch={branch} value={typed} onChange={setTyped} withNow={false} />
      {preview.isFetching && <Loading label="Finding out what would change" rows={2} />}
      {preview.error && <ErrorNote error={preview.error} />}
      {preview.data && !preview.isFetching && (
        <section className="preview" aria-label="What will change">
          <h3>What will change</h3>
          <TableChanges tables={preview.data.tables} />
        </section>
      )}
      <TextField
        label="Message"
        value={message}
        onChange={(event) => setMessage(event.target.value)}
        hint="Optional. For the history."
      />
      <CheckField
        label="Keep the state of now as a branch"
        checked={keeps}
        onChange={(event) => setKeeps(event.target.checked)}
      />
    </FormDialog>
  );
}
