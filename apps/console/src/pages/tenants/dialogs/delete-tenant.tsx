import { useState } from "react";
import { FormDialog } from "../../../parts/dialog.js";
import { TextField } from "../../../parts/field.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

/** Nothing brings a tenant back, so its name has to be typed. */
export function DeleteTenant({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [typed, setTyped] = useState("");
  const remove = useChange(
    () => client.tenants.delete(name),
    () => {
      tell(`${name} is deleted.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete tenant"
      look="danger"
      onClose={onClose}
      busy={remove.isPending}
      error={remove.error}
      disabled={typed !== name}
      onSubmit={() => remove.mutate(undefined)}
    >
      <p>
        Its keys, users, webhooks, branches and all of their history are removed, and requests in progress end.{" "}
        <strong>Nothing can be undeleted.</strong> Only a backup has it still.
      </p>
      <TextField
        label={`Type ${name} to confirm`}
        value={typed}
        autoFocus
        onChange={(event) => setTyped(event.target.value)}
      />
    </FormDialog>
  );
}
