import type { CreatedWebhook, Webhook } from "@heliosdb/client";
import { useQueryClient } from "@tanstack/react-query";
import { Ban, KeyRound, MoreHorizontal, Pencil, Play, Rewind, Send, Trash2, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Menu } from "../../parts/menu.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { fullTime } from "../../util/time.js";
import { type Confirmed, ConfirmWebhook } from "./confirm-webhook.js";
import { Deliveries } from "./deliveries.js";
import { ReplayWebhook } from "./replay-webhook.js";
import { WebhookDialog } from "./webhook-dialog.js";
import { WebhookBadge } from "./webhook-list.js";

interface WebhookViewProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
  readonly onSecret: (made: CreatedWebhook) => void;
}

/** One webhook: what was sent, and what can be done. */
export function WebhookView({ webhook, onClose, onSecret }: WebhookViewProps) {
  const client = useClient();
  const queries = useQueryClient();
  const tell = useTell();
  const [open, setOpen] = useState<Confirmed | "edit" | "replay" | null>(null);
  const [isGoing, setGoing] = useState(false);
  const close = () => setOpen(null);
  const test = useChange(
    () => client.webhooks.test(webhook.id),
    (delivery) => {
      void queries.invalidateQueries({ queryKey: ["deliveries", webhook.id] });
      tell(
        delivery.status === "delivered"
          ? `The test was accepted with ${delivery.responseStatus}.`
          : `The test failed: ${delivery.error ?? `status ${delivery.responseStatus}`}.`,
      );
    },
  );
  const enable = useChange(
    () => client.webhooks.update(webhook.id, { enabled: true }),
    () => tell("It is enabled, and goes on where it stopped."),
  );
  return (
    <section className="webhook-view" aria-label={`Webhook ${webhook.url}`}>
      <header className="panel-head">
        <h2 className="clip">{webhook.description ?? webhook.url}</h2>
        <IconButton label="Close" icon={<X size={16} />} onClick={onClose} />
      </header>
      <dl className="facts">
        <dt>Sends to</dt>
        <dd>
          <code>{webhook.url}</code> <WebhookBadge webhook={webhook} />
        </dd>
        <dt>Events</dt>
        <dd>{webhook.events.join(", ")}</dd>
        <dt>Branches</dt>
        <dd>{webhook.branches.length === 0 ? "all" : webhook.branches.join(", ")}</dd>
        <dt>Made</dt>
        <dd>{fullTime(webhook.createdAt)}</dd>
      </dl>
      {!webhook.enabled && (
        <p className="note note-warn">
          Disabled {webhook.disabledAt && fullTime(webhook.disabledAt)}
          {webhook.disabledReason && `: ${webhook.disabledReason}`}. Events wait, as far as history is kept.
        </p>
      )}
      {webhook.enabled && webhook.failing > 0 && (
        <p className="note note-warn">
          {counted(webhook.failing, "branch", "branches")} waited for {webhook.failing === 1 ? "an event" : "events"}{" "}
          that your program didn't accept. They are sent again by themselves.
        </p>
      )}
      {test.error !== null && <ErrorNote error={test.error} />}
      {enable.error !== null && <ErrorNote error={enable.error} />}
      <div className="panel-links">
        <Button look="primary" icon={<Send size={15} />} busy={test.isPending} onClick={() => test.mutate(undefined)}>
          Send a test
        </Button>
        <Button icon={<Pencil size={15} />} onClick={() => setOpen("edit")}>
          Edit…
        </Button>
        {!webhook.enabled && (
          <Button icon={<Play size={15} />} busy={enable.isPending} onClick={() => enable.mutate(undefined)}>
            Enable
          </Button>
        )}
        <Menu
          trigger={<Button icon={<MoreHorizontal size={15} />}>More</Button>}
          items={[
            { label: "Send events again…", icon: <Rewind size={15} />, onSelect: () => setOpen("replay") },
            { label: "Rotate the secret…", icon: <KeyRound size={15} />, onSelect: () => setOpen("rotate") },
            ...(webhook.enabled
              ? [{ label: "Disable…", icon: <Ban size={15} />, onSelect: () => setOpen("disable") }]
              : []),
            { label: "Delete…", icon: <Trash2 size={15} />, danger: true, onSelect: () => setOpen("delete") },
          ]}
        />
      </div>
      {!isGoing && <Deliveries webhook={webhook} />}
      {open === "edit" && <WebhookDialog webhook={webhook} onClose={close} />}
      {open === "replay" && <ReplayWebhook webhook={webhook} onClose={close} />}
      {(open === "rotate" || open === "disable" || open === "delete") && (
        <ConfirmWebhook
          webhook={webhook}
          what={open}
          onClose={close}
          onSecret={onSecret}
          onGoing={setGoing}
          onDeleted={() => {
            close();
            onClose();
          }}
        />
      )}
    </section>
  );
}
