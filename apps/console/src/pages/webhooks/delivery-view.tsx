import type { Webhook, WebhookDelivery } from "@heliosdb/client";
import { Redo2 } from "lucide-react";
import { Button } from "../../parts/button.js";
import { Dialog } from "../../parts/dialog.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Fact } from "../../parts/fact.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { fullTime } from "../../util/time.js";
import { STATUS_BADGES } from "./events.js";

interface DeliveryViewProps {
  readonly webhook: Webhook;
  readonly delivery: WebhookDelivery;
  readonly branch: string;
  readonly onClose: () => void;
}

const PURPOSES = {
  event: "in order, with the events of its branch",
  test: "a test",
  resend: "sent again, out of order",
};

/** One delivery, its attempts, and the same event again. */
export function DeliveryView({ webhook, delivery, branch, onClose }: DeliveryViewProps) {
  const client = useClient();
  const tell = useTell();
  const resend = useChange(
    () => client.webhooks.resend(webhook.id, delivery.id),
    (again) => {
      tell(
        again.status === "delivered"
          ? `Sent again, and accepted with ${again.responseStatus}.`
          : `Sent again, and not accepted: ${again.error ?? `status ${again.responseStatus}`}.`,
      );
      onClose();
    },
  );
  return (
    <Dialog title={delivery.event} onClose={onClose}>
      <div className="dialog-body">
        <dl className="facts">
          <Fact name="Outcome">
            <span className={STATUS_BADGES[delivery.status]}>{delivery.status}</span> after{" "}
            {counted(delivery.attempts, "attempt")}
          </Fact>
          <Fact name="Response">{delivery.responseStatus ?? "none"}</Fact>
          {delivery.error !== null && (
            <Fact name="Error">
              <span className="bad">{delivery.error}</span>
            </Fact>
          )}
          {branch !== "" && <Fact name="Branch">{branch}</Fact>}
          <Fact name="Sent">{PURPOSES[delivery.purpose]}</Fact>
          <Fact name="First attempt">{fullTime(delivery.createdAt)}</Fact>
          <Fact name="Last attempt">{fullTime(delivery.attemptedAt)}</Fact>
          {delivery.nextAttemptAt && <Fact name="Next attempt">{fullTime(delivery.nextAttemptAt)}</Fact>}
          <Fact name="webhook-id">
            <code>{delivery.eventId}</code>
          </Fact>
        </dl>
        {delivery.status === "waiting" && (
          <p className="note note-warn">Later events of this branch wait for this one, so that they come in order.</p>
        )}
        {resend.error !== null && <ErrorNote error={resend.error} />}
        {delivery.purpose !== "test" && (
          <footer className="dialog-foot">
            <Button onClick={onClose}>Close</Button>
            <Button
              look="primary"
              icon={<Redo2 size={15} />}
              busy={resend.isPending}
              onClick={() => resend.mutate(undefined)}
            >
              Send again
            </Button>
          </footer>
        )}
      </div>
    </Dialog>
  );
}
