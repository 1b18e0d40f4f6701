import type { CreatedWebhook, Webhook, WebhookDelivery, WebhookEventName } from "@heliosdb/client";
import { Command, Option } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { takeUpTo } from "../input/entries.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { wholeNumber } from "../input/numbers.js";
import { onOff } from "../input/on-off.js";
import { type Field, note } from "../output/writer.js";
import { confirm, yesOption } from "../session/confirm.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<Webhook>[] = [
  { heading: "id", value: (webhook) => webhook.id },
  { heading: "url", value: (webhook) => webhook.url },
  { heading: "events", value: (webhook) => webhook.events.join(" ") },
  { heading: "branches", value: (webhook) => (webhook.branches.length === 0 ? "all" : webhook.branches.join(" ")) },
  { heading: "state", value: (webhook) => (webhook.enabled ? "enabled" : `disabled: ${webhook.disabledReason}`) },
  { heading: "failing", value: (webhook) => webhook.failing },
  { heading: "description", value: (webhook) => webhook.description },
];
const CREATED: readonly Field<CreatedWebhook>[] = [
  ...FIELDS,
  { heading: "secret", value: (webhook) => webhook.secret },
];
const DELIVERY: readonly Field<WebhookDelivery>[] = [
  { heading: "id", value: (delivery) => delivery.id },
  { heading: "time", value: (delivery) => delivery.attemptedAt },
  { heading: "event", value: (delivery) => delivery.event },
  { heading: "event id", value: (delivery) => delivery.eventId },
  { heading: "purpose", value: (delivery) => delivery.purpose },
  { heading: "status", value: (delivery) => delivery.status },
  { heading: "attempts", value: (delivery) => delivery.attempts },
  { heading: "answer", value: (delivery) => delivery.error ?? delivery.responseStatus },
];

export function webhooksCommand(): Command {
  return new Command("webhooks")
    .alias("webhook")
    .description("Send events about branches to other programs.")
    .addCommand(create())
    .addCommand(list())
    .addCommand(get())
    .addCommand(update())
    .addCommand(remove())
    .addCommand(rotate())
    .addCommand(test())
    .addCommand(deliveries())
    .addCommand(resend())
    .addCommand(replay());
}

interface Settings {
  readonly event?: readonly WebhookEventName[];
  readonly branch?: readonly string[];
  readonly description?: string;
}

function create(): Command {
  return new Command("create")
    .description("Register a webhook. Its secret is shown only once.")
    .argument("<url>", "URL that events are sent to")
    .addOption(fieldOption("createWebhook.events", "--event <events...>"))
    .addOption(fieldOption("createWebhook.branches", "--branch <patterns...>"))
    .addOption(fieldOption("createWebhook.description", "--description <text>"))
    .addOption(idempotencyOption())
    .action((url: string, options: Settings & RepeatableCommand, command: Command) => {
      const { event: events, branch: branches, description, idempotencyKey } = options;
      return withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.webhooks.create({ url, events, branches, description, idempotencyKey }), CREATED);
      });
    });
}

function list(): Command {
  return new Command("list").description("List webhooks, oldest first.").action((_options: unknown, command: Command) =>
    withSession(command, null, async ({ client, writer }) => {
      writer.list(await client.webhooks.list(), FIELDS);
    }),
  );
}

function get(): Command {
  return ofOne("get", "Show a webhook.").action((id: string, _options: unknown, command: Command) =>
    withSession(command, null, async ({ client, writer }) => {
      writer.one(await client.webhooks.get(id), FIELDS);
    }),
  );
}

interface Changes extends Settings {
  /** `--url` is the server's. */
  readonly endpoint?: string;
  readonly allBranches?: boolean;
  readonly enabled?: boolean;
}

function update(): Command {
  return ofOne("update", "Change a webhook; what is left out stays as it is.")
    .addOption(fieldOption("updateWebhook.url", "--endpoint <url>"))
    .addOption(fieldOption("updateWebhook.events", "--event <events...>"))
    .addOption(fieldOption("updateWebhook.branches", "--branch <patterns...>"))
    .addOption(new Option("--all-branches", "send the events of all branches").conflicts("branch"))
    .addOption(
      fieldOption("updateWebhook.description", "--description <text>", {
        help: 'what the webhook is for; "" removes it',
      }),
    )
    .addOption(
      fieldOption("updateWebhook.enabled", "--enabled <on|off>", {
        help: "turn the webhook on or off; turned on, it continues where it stopped",
        parse: onOff,
      }),
    )
    .action((id: string, options: Changes, command: Command) => {
      if (Object.keys(options).length === 0)
        throw new UsageError("Nothing to change. Give at least one option (see --help).");
      const { endpoint: url, event: events, allBranches, description, enabled } = options;
      const branches = allBranches ? [] : options.branch;
      return withSession(command, null, async ({ client, writer }) => {
        const change = { url, events, branches, enabled, description: description === "" ? null : description };
        writer.one(await client.webhooks.update(id, change), FIELDS);
      });
    });
}

function remove(): Command {
  return ofOne("delete", "Delete a webhook and its delivery log.")
    .addOption(yesOption())
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await confirm(command, `Delete webhook ${id}?`);
        await client.webhooks.delete(id);
        note(`Deleted ${id}`);
      }),
    );
}

function rotate(): Command {
  return ofOne("rotate-secret", "Replace a webhook's secret. For a day, both secrets sign.").action(
    (id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.webhooks.rotateSecret(id), CREATED);
      }),
  );
}

function test(): Command {
  return ofOne("test", "Send a test event and show the result.").action(
    (id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.webhooks.test(id), DELIVERY);
      }),
  );
}

interface DeliveryFilter {
  readonly status?: WebhookDelivery["status"];
  readonly event?: WebhookEventName | "webhook.test";
  readonly branch?: string;
  readonly limit?: number;
}

function deliveries(): Command {
  return ofOne("deliveries", "List a webhook's deliveries, newest first.")
    .addOption(fieldOption("listDeliveries.status", "--status <status>"))
    .addOption(fieldOption("listDeliveries.event", "--event <event>"))
    .addOption(fieldOption("listDeliveries.branch", "--branch <id>"))
    .option("--limit <deliveries>", "maximum number of deliveries (default: 50)", wholeNumber)
    .action((id: string, { limit = 50, branch: branchId, ...filter }: DeliveryFilter, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const all = client.webhooks.allDeliveries(id, { ...filter, branchId, limit: Math.min(limit + 1, 500) });
        const found = await takeUpTo(limit, all);
        writer.list(found.entries, DELIVERY);
        if (found.more) note(`Showing the newest ${limit} deliveries (see --limit)`);
      }),
    );
}

function resend(): Command {
  return ofOne("resend", "Send the event of a delivery again, once, out of order.")
    .argument("<delivery>", "id of the delivery")
    .action((id: string, delivery: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.webhooks.resend(id, delivery), DELIVERY);
      }),
    );
}

function replay(): Command {
  return ofOne("replay", "Send all events again from an SCN on, in order.")
    .addOption(fieldOption("replayWebhook.from_scn", "--from-scn <scn>").makeOptionMandatory())
    .action((id: string, { fromScn }: { fromScn: number }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.webhooks.replay(id, fromScn), FIELDS);
      }),
    );
}

function ofOne(name: string, description: string): Command {
  return new Command(name).description(description).argument("<webhook>", "id of the webhook");
}
