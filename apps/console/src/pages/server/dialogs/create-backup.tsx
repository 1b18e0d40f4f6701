import type { Backup } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";
import { bytes } from "../../../util/text.js";

export function CreateBackup({ taken, onClose }: { readonly taken: readonly Backup[]; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [name, setName] = useState("");
  const wanted = name.trim();
  const isTaken = taken.some((backup) => backup.name === wanted);
  const create = useChange(
    () => client.backups.create(wanted === "" ? {} : { name: wanted }),
    (backup) => {
      tell(`${backup.name} is complete: ${bytes(backup.sizeBytes)}.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title="Make a backup"
      action="Make backup"
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      disabled={isTaken}
      onSubmit={() => create.mutate(undefined)}
    >
      <p>
        Everything is copied to a folder on the server's machine. Who can read it can read all data and act for
        everybody: protect it like the server itself.
      </p>
      <TextField
        label="Name"
        value={name}
        autoFocus
        placeholder="before-upgrade"
        error={isTaken ? `There is a backup ${wanted} already.` : null}
        hint="Of its folder. Empty for the time."
        onChange={(event) => setName(event.target.value)}
      />
      {create.isPending && (
        <p className="soft" role="status">
          Copying. It takes time in proportion to the data, and goes on if you close this.
        </p>
      )}
    </FormDialog>
  );
}
