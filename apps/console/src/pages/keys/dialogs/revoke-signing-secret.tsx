import type { ApiKey } from "@heliosdb/client";
import { FormDialog } from "../../../parts/dialog.js";
import { useTell } from "../../../parts/toasts.js";
import { useChange } from "../../../session/queries.js";
import { useClient } from "../../../session/session.js";

export function RevokeSigningSecret({ value, onClose }: { readonly value: ApiKey; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const revoke = useChange(
    () => client.auth.keys.revokeSigningSecret(value.id),
    () => {
      tell(`${value.name} signs no requests any more.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Revoke the signing secret of ${value.name}?`}
      action="Revoke secret"
      look="danger"
      onClose={onClose}
      busy={revoke.isPending}
      error={revoke.error}
      onSubmit={() => revoke.mutate(undefined)}
    >
      <p>Requests that are signed with it are refused at once. The key itself stays valid.</p>
    </FormDialog>
  );
}
