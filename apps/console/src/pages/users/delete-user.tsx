import type { ApiKey, User } from "@heliosdb/client";
import { useNavigate } from "@tanstack/react-router";
import { FormDialog } from "../../parts/dialog.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { counted } from "../../util/text.js";

interface DeleteUserProps {
  readonly user: User;
  readonly keys: readonly ApiKey[];
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

export function DeleteUser({ user: { id, name }, keys, isOwn, onClose }: DeleteUserProps) {
  const client = useClient();
  const tell = useTell();
  const navigate = useNavigate();
  const remove = useChange(
    () => client.auth.users.delete(id),
    () => {
      tell(`${name} is deleted.`);
      onClose();
      void navigate({ to: "/users", search: {}, replace: true });
    },
  );
  return (
    <FormDialog
      title={`Delete ${name}?`}
      action="Delete user"
      look="danger"
      onClose={onClose}
      busy={remove.isPending}
      error={remove.error}
      onSubmit={() => remove.mutate(undefined)}
    >
      {keys.length > 0 ? (
        <p>
          This revokes {counted(keys.length, "key")} for good: <strong>{keys.map((key) => key.name).join(", ")}</strong>
          .
        </p>
      ) : (
        <p>No key of this user is in use.</p>
      )}
      <p>
        Commits keep the name of their author. Tokens that you sign yourself stay valid; if there are any, disable the
        user instead.
      </p>
      {isOwn && <p className="note note-warn">This session acts for this user, and may end with it.</p>}
    </FormDialog>
  );
}
