import type { CreatedWebhook, Webhook } from "@heliosdb/client";
import { FormDialog } from "../../parts/dialog.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";

export type Confirmed = "rotate" | "disable" | "delete";

interface ConfirmWebhookProps {
  readonly webhook: Webhook;
  readonly what: Confirmed;
  readonly onClose: () => void;
  readonly onSecret: (made: CreatedWebhook) => void;
  readonly onGoing: (isGoing: boolean) => void;
  readonly onDeleted: () => void;
}

const TEXTS: { readonly [W in Confirmed]: readonly [title: string, action: string, text: string] } = {
  rotate: [
    "Rotate the secret",
    "Rotate secret",
    "For a day, events are signed with the old secret and the new one, so that your program can change over.",
  ],
  disable: [
    "Disable the webhook?",
    "Disable webhook",
    "Nothing is sent until it is enabled again. Then it goes on where it stopped, as far as history is kept.",
  ],
  delete: ["Delete the webhook?", "Delete webhook", "Nothing is sent any more, and its log of deliveries is removed."],
};

export function ConfirmWebhook({ webhook, what, onClose, onSecret, onGoing, onDeleted }: ConfirmWebhookProps) {
  const client = useClient();
  const tell = useTell();
  const [title, action, text] = TEXTS[what];
  const work = useChange(
    async (): Promise<Webhook | CreatedWebhook> => {
      if (what === "rotate") return client.webhooks.rotateSecret(webhook.id);
      if (what === "disable") return client.webhooks.update(webhook.id, { enabled: false });
      // Its deliveries are not to be read again while it goes.
      onGoing(true);
      return client.webhooks.delete(webhook.id).catch((error: unknown) => {
        onGoing(false);
        throw error;
      });
    },
    (result) => {
      if (what === "delete") {
        tell("The webhook is deleted.");
        return onDeleted();
      }
      onClose();
      if ("secret" in result) onSecret(result);
      else tell("The webhook is disabled.");
    },
  );
  return (
    <FormDialog
      title={title}
      action={action}
      look={what === "rotate" ? "primary" : "danger"}
      onClose={onClose}
      busy={work.isPending}
      error={work.error}
      onSubmit={() => work.mutate(undefined)}
    >
      <p>
        <code className="clip">{webhook.url}</code>
      </p>
      <p>{text}</p>
    </FormDialog>
  );
}
