import type { CreatedWebhook } from "@heliosdb/client";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { useWebhooks } from "../../session/admin-queries.js";
import { rightsOf } from "../../session/rights.js";
import { useSession } from "../../session/session.js";
import { counted } from "../../util/text.js";
import { NoRight } from "../shared/no-right.js";
import { WebhookDialog } from "./webhook-dialog.js";
import { WebhookList } from "./webhook-list.js";
import { WebhookSecret } from "./webhook-secret.js";
import { WebhookView } from "./webhook-view.js";

export function WebhooksPage() {
  const { identity } = useSession();
  return rightsOf(identity).administers ? <Webhooks /> : <NoRight title="Webhooks" />;
}

function Webhooks() {
  const search = useSearch({ from: "/webhooks" });
  const navigate = useNavigate({ from: "/webhooks" });
  const { data: webhooks, error, isPending } = useWebhooks();
  const [isCreating, setCreating] = useState(false);
  const [made, setMade] = useState<CreatedWebhook | null>(null);
  const chosen = webhooks?.find(({ id }) => id === search.webhook);
  const choose = (webhook: string | undefined) => navigate({ search: webhook === undefined ? {} : { webhook } });
  const create = (
    <Button look="primary" icon={<Plus size={15} />} onClick={() => setCreating(true)}>
      New webhook
    </Button>
  );
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>Webhooks</h1>
          <p className="page-sub">{webhooks ? counted(webhooks.length, "webhook") : " "}</p>
        </div>
        {create}
      </header>
      {error && <ErrorNote error={error} />}
      {isPending && <Loading label="Reading the webhooks" />}
      {webhooks?.length === 0 && (
        <Empty icon={<WebhookIcon size={28} />} title="No webhooks yet" action={create}>
          A webhook calls your program whenever a branch is made, merged, protected or deleted, or its rows change. Each
          event is sent until your program has accepted it.
        </Empty>
      )}
      {webhooks && webhooks.length > 0 && (
        <WebhookList webhooks={webhooks} chosen={chosen?.id} onChoose={(id) => choose(id)} />
      )}
      {chosen && <WebhookView key={chosen.id} webhook={chosen} onClose={() => choose(undefined)} onSecret={setMade} />}
      {isCreating && (
        <WebhookDialog
          webhook={null}
          onClose={() => setCreating(false)}
          onMade={(webhook) => {
            setMade(webhook);
            void choose(webhook.id);
          }}
        />
      )}
      {made && <WebhookSecret made={made} onClose={() => setMade(null)} />}
    </div>
  );
}
