import { useState } from "react";
import { FormDialog } from "../../parts/dialog.js";
import { TextField } from "../../parts/field.js";
import { useTell } from "../../parts/toasts.js";
import { pointText } from "../../point/point.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";

interface CreateSnapshotProps {
  readonly branch: string;
  readonly at: string;
  readonly onClose: () => void;
}

export function CreateSnapshot({ branch, at, onClose }: CreateSnapshotProps) {
  const client = useClient();
  const tell = useTell();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const create = useChange(
    () =>
      client.branches.snapshots.create(branch, {
        ...{ asOf: at, name: name.trim() },
        ...(description.trim() !== "" && { description: description.trim() }),
      }),
    () => {
      tell(`The state is kept as ${name.trim()}.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title="Keep as a snapshot"
      action="Keep snapshot"
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      disabled={name.trim() === ""}
      onSubmit={() => create.mutate(undefined)}
    >
      <p>
        {branch} as it was at {pointText(at)} gets a name, and is kept however short history is kept.
      </p>
      <TextField label="Name" value={name} autoFocus onChange={(event) => setName(event.target.value)} />
      <TextField
        label="Description"
        hint="Optional."
        value={description}
        onChange={(event) => setDescription(event.target.value)}
      />
    </FormDialog>
  );
}
