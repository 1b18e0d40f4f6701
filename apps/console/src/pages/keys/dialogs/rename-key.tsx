import type { ApiKey } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

export function RenameKey({ value, onClose }: { readonly value: ApiKey; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [name, setName] = useState(value.name);
  const save = useChange(
    () => client.auth.keys.rename(value.id, name.trim()),
    (key) => {
      tell(`The key is called ${key.name}.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Rename ${value.name}`}
      action="Rename"
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      disabled={name.trim() === "" || name.trim() === value.name}
      onSubmit={() => save.mutate(undefined)}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={200}
        autoFocus
        hint="Programs that use the key don't notice."
        onChange={(event) => setName(event.target.value)}
      />
    </FormDialog>
  );
}
