import type { ApiKey } from "@heliosdb/client";
import { FormDialog } from "../../../parts/dialog.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient, useSession } from "../../../session/session.js";

interface RevokeKeyProps {
  readonly value: ApiKey;
  readonly isOwn: boolean;
  readonly onClose: () => void;
}

export function RevokeKey({ value, isOwn, onClose }: RevokeKeyProps) {
  const client = useClient();
  const { signOut } = useSession();
  const tell = useTell();
  const revoke = useChange(
    () => client.auth.keys.revoke(value.id),
    () => {
      if (isOwn) return signOut();
      tell(`${value.name} is revoked.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Revoke ${value.name}?`}
      action="Revoke key"
      look="danger"
      onClose={onClose}
      busy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate(undefined)}
    >
      <p>
        From the next request on, neither the key nor any token it was exchanged for is accepted. It can't be taken
        back; make another key instead.
      </p>
      {isOwn && <p className="note note-warn">This session is signed in with this key. It ends with it.</p>}
    </FormDialog>
  );
}
