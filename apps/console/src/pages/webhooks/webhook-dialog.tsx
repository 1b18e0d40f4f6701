import type { CreatedWebhook, Webhook, WebhookEventName } from "@heliosdb/client";
import { useState } from "react";
import { FormDialog } from "../../parts/dialog.js";
import { CheckField, TextField } from "../../parts/field.js";
import { TextAreaField } from "../../parts/text-area-field.js";
import { useTell } from "../../parts/toasts.js";
import { useChange } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { linesOf } from "../../util/glob.js";
import { patternFault } from "../shared/pattern-fault.js";
import { EVENTS } from "./events.js";

interface WebhookDialogProps {
  /** Null for a new one. */
  readonly webhook: Webhook | null;
  readonly onClose: () => void;
  readonly onMade?: (webhook: CreatedWebhook) => void;
}

export function WebhookDialog({ webhook, onClose, onMade }: WebhookDialogProps) {
  const client = useClient();
  const tell = useTell();
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [description, setDescription] = useState(webhook?.description ?? "");
  const [branches, setBranches] = useState(webhook?.branches.join("\n") ?? "");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? EVENTS.map(([event]) => event));
  const urlFault = url.trim() === "" || isUrl(url.trim()) ? null : "Expected an address with http:// or https://.";
  const save = useChange(
    async (): Promise<Webhook | CreatedWebhook> => {
      const request = {
        url: url.trim(),
        branches: linesOf(branches),
        events: EVENTS.map(([event]) => event).filter((event): event is WebhookEventName => events.includes(event)),
      };
      const text = description.trim();
      if (!webhook) return client.webhooks.create({ ...request, ...(text !== "" && { description: text }) });
      return client.webhooks.update(webhook.id, { ...request, description: text === "" ? null : text });
    },
    (saved) => {
      onClose();
      if ("secret" in saved) onMade?.(saved);
      else tell("The webhook is saved. The change is for events from now on.");
    },
  );
  return (
    <FormDialog
      title={webhook ? "Edit webhook" : "New webhook"}
      action={webhook ? "Save webhook" : "Create webhook"}
      onClose={onClose}
      busy={save.isPending}
      error={save.error}
      disabled={url.trim() === "" || urlFault !== null || events.length === 0 || patternFault(branches) !== null}
      onSubmit={() => save.mutate(undefined)}
    >
      <TextField
        label="URL"
        value={url}
        maxLength={2000}
        autoFocus
        inputMode="url"
        placeholder="https://example.com/hooks/heliosdb"
        error={urlFault}
        hint="A public address. Others have to be allowed by HELIOSDB_WEBHOOK_ALLOW."
        onChange={(event) => setUrl(event.target.value)}
      />
      <TextField
        label="Description"
        value={description}
        maxLength={500}
        hint="Optional."
        onChange={(event) => setDescription(event.target.value)}
      />
      <fieldset className="group">
        <legend>Events</legend>
        {EVENTS.map(([event, meaning]) => (
          <CheckField
            key={event}
            label={
              <>
                <code>{event}</code> <span className="soft">{meaning}</span>
              </>
            }
            checked={events.includes(event)}
            onChange={({ target }) =>
              setEvents((old) => (target.checked ? [...old, event] : old.filter((each) => each !== event)))
            }
          />
        ))}
        {events.length === 0 && <p className="field-error">Expected one event at least.</p>}
      </fieldset>
      <TextAreaField
        label="Only these branches"
        placeholder="All, or one name or pattern a line"
        value={branches}
        error={patternFault(branches)}
        hint="A merge is also sent if its source matches."
        onChange={(event) => setBranches(event.target.value)}
      />
    </FormDialog>
  );
}

function isUrl(text: string): boolean {
  return /^https?:\/\/./i.test(text) && URL.canParse(text);
}
