import type { Webhook } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../parts/dialog.js";
import { TextField } from "../../parts/field.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";

export function ReplayWebhook({ webhook, onClose }: { readonly webhook: Webhook; readonly onClose: () => void }) {
  const client = useClient();
  const tell = useTell();
  const [scn, setScn] = useState("");
  const isNumber = /^[1-9]\d{0,14}$/.test(scn.trim());
  const replay = useChange(
    () => client.webhooks.replay(webhook.id, Number(scn.trim())),
    () => {
      tell(`Events from commit ${scn.trim()} on are being sent again.`);
      onClose();
    },
  );
  return (
    <FormDialog
      title="Send events again"
      action="Send again"
      onClose={onClose}
      busy={replay.isPending}
      error={replay.error}
      disabled={!isNumber}
      onSubmit={() => replay.mutate(undefined)}
    >
      <p>
        All events of all branches from a commit on, in order and with the same ids as before. For a program that lost
        its data; others skip the ids that they know.
      </p>
      <TextField
        label="From commit number"
        inputMode="numeric"
        autoFocus
        value={scn}
        error={scn.trim() === "" || isNumber ? null : "Expected the number of a commit, such as 42."}
        hint="Commits have their numbers in the history of a branch."
        onChange={(event) => setScn(event.target.value)}
      />
    </FormDialog>
  );
}
