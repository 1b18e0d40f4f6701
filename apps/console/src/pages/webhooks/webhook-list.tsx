import type { Webhook } from "@heliosdb/client";
import { eventText } from "./events.js";

interface WebhookListProps {
  readonly webhooks: readonly Webhook[];
  readonly chosen: string | undefined;
  readonly onChoose: (id: string) => void;
}

export function WebhookList({ webhooks, chosen, onChoose }: WebhookListProps) {
  return (
    <div className="card table-card">
      <table className="table">
        <thead>
          <tr>
            <th>Webhook</th>
            <th className="wide-only">Events</th>
            <th className="wide-only">Branches</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          {webhooks.map((webhook) => (
            <tr
              key={webhook.id}
              className={webhook.id === chosen ? "row-chosen" : undefined}
              onClick={() => onChoose(webhook.id)}
            >
              <td className="cell-name">
                <button
                  type="button"
                  className="link name-link"
                  aria-pressed={webhook.id === chosen}
                  onClick={() => onChoose(webhook.id)}
                >
                  {webhook.description ?? webhook.url}
                </button>
                {webhook.description !== null && <code className="cell-sub">{webhook.url}</code>}
              </td>
              <td className="wide-only nowrap">{eventText(webhook)}</td>
              <td className="wide-only cell-text">
                {webhook.branches.length === 0 ? "all" : webhook.branches.join(", ")}
              </td>
              <td className="nowrap">
                <WebhookBadge webhook={webhook} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function WebhookBadge({ webhook: { enabled, failing } }: { readonly webhook: Webhook }) {
  if (!enabled) return <span className="badge badge-bad">disabled</span>;
  if (failing > 0) return <span className="badge badge-warn">failing</span>;
  return <span className="badge badge-good">enabled</span>;
}
