import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

export function CreateTenant({ onClose }: { readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [name, setName] = useState("");
  const create = useChange(
    () => client.tenants.create(name.trim()),
    (tenant) => {
      tell(`${tenant.name} is there. Make an admin key for it next.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title="New tenant"
      action="Create tenant"
      onClose={onClose}
      busy={create.isPending}
      error={create.error}
      disabled={name.trim() === ""}
      onSubmit={() => create.mutate(undefined)}
    >
      <TextField
        label="Name"
        value={name}
        maxLength={200}
        autoFocus
        hint="The tenant of its keys and tokens. It can't be changed."
        onChange={(event) => setName(event.target.value)}
      />
    </FormDialog>
  );
}
