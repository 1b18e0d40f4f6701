import type { FollowEvents, ServerEvent, WebhookEventName } from "@heliosdb/client";
import { Command } from "commander";
import { fieldOption } from "../input/field-option.js";
import { wholeNumber } from "../input/numbers.js";
import type { Value } from "../output/table.js";
import { withSession } from "../session/session.js";
import { onceToldToEnd } from "../session/told-to-end.js";

interface EventsOptions {
  readonly events?: string;
  readonly only?: string;
  readonly fromScn?: number;
  readonly after?: string;
  readonly limit?: number;
}

const COLUMNS = ["time", "event", "branch", "table", "rows", "author", "message", "scn"] as const;

export function eventsCommand(): Command {
  return new Command("events")
    .description(
      "Follow what happens to branches, until Ctrl-C. With --output ndjson each line is a whole event, whose cursor --after takes.",
    )
    .addOption(fieldOption("followEvents.events", "--events <types>"))
    .addOption(fieldOption("followEvents.branches", "--only <branches>"))
    .addOption(fieldOption("followEvents.from_scn", "--from-scn <scn>"))
    .addOption(fieldOption("Last-Event-ID", "--after <cursor>", { help: "go on behind the event with this cursor" }))
    .option("--limit <events>", "end after so many events (default: none)", wholeNumber)
    .action(({ events, only, limit, ...start }: EventsOptions, command: Command) => {
      const stopped = new AbortController();
      const off = onceToldToEnd(() => stopped.abort());
      const wanted: FollowEvents = {
        // The server knows the valid words, and refuses others with a list of them.
        events: events?.split(",") as WebhookEventName[] | undefined,
        branches: only?.split(","),
        fromScn: start.fromScn,
        after: start.after,
        signal: stopped.signal,
      };
      return withSession(command, null, async ({ client, writer }) => {
        const rows = writer.stream();
        let left = limit ?? Number.POSITIVE_INFINITY;
        try {
          for await (const event of client.events.follow(wanted)) {
            await rows.add(COLUMNS, [rowOf(event)], [event]);
            if (--left <= 0) break;
          }
        } catch (error) {
          if (!stopped.signal.aborted) throw error;
        } finally {
          off();
          await rows.end();
        }
      });
    });
}

function rowOf({ timestamp, event, data }: ServerEvent): Readonly<Record<(typeof COLUMNS)[number], Value>> {
  const text = (name: string) => (data[name] === undefined ? null : (data[name] as Value));
  const counts = ["inserted", "updated", "deleted"].flatMap((name) => (data[name] ? [`${data[name]} ${name}`] : []));
  return {
    time: timestamp.toISOString(),
    event,
    branch: text("branch_name"),
    table: text("table"),
    rows: counts.length === 0 ? null : counts.join(", "),
    author: text("author"),
    message: text("message"),
    scn: text("scn"),
  };
}
