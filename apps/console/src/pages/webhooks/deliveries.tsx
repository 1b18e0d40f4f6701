import type { Webhook, WebhookDelivery } from "@heliosdb/client";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { useState } from "react";
import { Button } from "../../parts/button.js";
import { ErrorNote } from "../../parts/error-note.js";
import { Empty, Loading } from "../../parts/states.js";
import { TimeAgo } from "../../parts/time-ago.js";
import { useBranches } from "../../session/queries.js";
import { useClient } from "../../session/session.js";
import { DeliveryView } from "./delivery-view.js";
import { EVENTS, isEvent, isStatus, STATUS_BADGES } from "./events.js";

const PAGE = 50;
const LIVE_MS = 5000;

/** What was sent to a webhook, newest first. */
export function Deliveries({ webhook }: { readonly webhook: Webhook }) {
  const client = useClient();
  const search = useSearch({ from: "/webhooks" });
  const navigate = useNavigate({ from: "/webhooks" });
  const { data: branches } = useBranches();
  const [chosen, setChosen] = useState<WebhookDelivery | null>(null);
  const status = isStatus(search.status) ? search.status : undefined;
  const event = isEvent(search.event) ? search.event : undefined;
  const query = useInfiniteQuery({
    queryKey: ["deliveries", webhook.id, status, event],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      client.webhooks.deliveries(webhook.id, { cursor: pageParam, limit: PAGE, status, event, signal }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    // Whoever looks further back keeps what they see.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 1) > 1 ? false : LIVE_MS),
  });
  const deliveries = query.data?.pages.flatMap((page) => page.deliveries) ?? [];
  const nameOf = (id: string | null) =>
    id === null ? "" : (branches?.branches.find((branch) => branch.id === id)?.name ?? id);
  const set = (name: "status" | "event", value: string) =>
    navigate({ search: (old) => ({ ...old, [name]: value || undefined }), replace: true });
  return (
    <>
      <header className="page-head">
        <h3>Deliveries</h3>
        <div className="page-actions">
          <select
            className="input"
            aria-label="Status"
            value={status ?? ""}
            onChange={(change) => set("status", change.target.value)}
          >
            <option value="">Every status</option>
            {Object.keys(STATUS_BADGES).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
          <select
            className="input"
            aria-label="Event"
            value={event ?? ""}
            onChange={(change) => set("event", change.target.value)}
          >
            <option value="">Every event</option>
            {[...EVENTS.map(([name]) => name), "webhook.test"].map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </div>
      </header>
      {query.error && <ErrorNote error={query.error} />}
      {query.isPending && <Loading label="Reading the deliveries" rows={4} />}
      {query.data && deliveries.length === 0 && (
        <Empty icon={<Inbox size={28} />} title={status || event ? "No delivery fits" : "Nothing was sent yet"}>
          {status || event
            ? "Take a part of the filter away."
            : "Events from now on are listed here. Send a test to see whether your program answers."}
        </Empty>
      )}
      {deliveries.length > 0 && (
        <div className="card table-card">
          <table className="table">
            <thead>
              <tr>
                <th>Event</th>
                <th className="wide-only">Branch</th>
                <th>Outcome</th>
                <th className="number wide-only">Attempts</th>
                <th className="wide-only">Sent</th>
              </tr>
            </thead>
            <tbody>
              {deliveries.map((delivery) => (
                <tr key={delivery.id} onClick={() => setChosen(delivery)}>
                  <td className="cell-name">
                    <button type="button" className="link name-link name-small" onClick={() => setChosen(delivery)}>
                      {delivery.event}
                    </button>
                    {delivery.purpose === "resend" && <span className="badge badge-beside">sent again</span>}
                    <span className="cell-sub narrow-only">
                      <TimeAgo date={delivery.attemptedAt} />
                    </span>
                  </td>
                  <td className="wide-only cell-text">{nameOf(delivery.branchId)}</td>
                  <td className="nowrap">
                    <span className={STATUS_BADGES[delivery.status]}>{delivery.status}</span>{" "}
                    <span className="mono soft">{delivery.responseStatus ?? ""}</span>
                  </td>
                  <td className="number wide-only">{delivery.attempts}</td>
                  <td className="nowrap wide-only">
                    <TimeAgo date={delivery.attemptedAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          Older deliveries
        </Button>
      )}
      {chosen && (
        <DeliveryView
          webhook={webhook}
          delivery={deliveries.find(({ id }) => id === chosen.id) ?? chosen}
          branch={nameOf(chosen.branchId)}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}
