import type { User } from "@heliosdb/client";
import { FormDialog } from "../../parts/dialog.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";

interface DisableUserProps {
  readonly user: User;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

/** Disables a user, or enables one who is disabled. */
export function DisableUser({ user: { id, name, disabled }, isOwn, onClose }: DisableUserProps) {
  const client = useClient();
  const tell = useTell();
  const save = useChange(
    () => client.auth.users.update(id, { disabled: !disabled }),
    () => {
      tell(disabled ? `${name} is enabled.` : `${name} is disabled.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={disabled ? `Enable ${name}?` : `Disable ${name}?`}
      action={disabled ? "Enable user" : "Disable user"}
      look={disabled ? "primary" : "danger"}
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate(undefined)}
    >
      <p>
        {disabled
          ? "All keys and tokens of this user that have not ended are valid again."
          : "All keys and tokens of this user are refused from the next request on, until the user is enabled again."}
      </p>
      {isOwn && !disabled && <p className="note note-warn">This session acts for this user, and ends with it.</p>}
    </FormDialog>
  );
}
