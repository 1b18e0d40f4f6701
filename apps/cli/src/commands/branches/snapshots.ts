import type { Snapshot } from "@heliosdb/client";
import { Command } from "commander";
import { asOfOption, branchAlone, placeOf } from "../../input/branch-option.js";
import { fieldOption } from "../../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../../input/idempotency-option.js";
import { type Field, note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";

const FIELDS: readonly Field<Snapshot>[] = [
  { heading: "id", value: (snapshot) => snapshot.id },
  { heading: "name", value: (snapshot) => snapshot.name },
  { heading: "type", value: (snapshot) => snapshot.type },
  { heading: "scn", value: (snapshot) => snapshot.scn },
  { heading: "time", value: (snapshot) => snapshot.timestamp },
  { heading: "rows", value: (snapshot) => snapshot.rows },
  { heading: "description", value: (snapshot) => snapshot.description },
];

export function snapshotsCommand(): Command {
  return new Command("snapshots")
    .alias("snapshot")
    .description("Keep states of a branch, whatever retention removes.")
    .addCommand(list())
    .addCommand(create())
    .addCommand(remove());
}

function list(): Command {
  return new Command("list")
    .description("List a branch's snapshots, newest first.")
    .argument("<branch>", "name or id")
    .action((name: string, _options: unknown, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        writer.list(await client.branches.snapshots.list(branch), FIELDS);
      });
    });
}

interface CreateOptions {
  readonly asOf?: string;
  readonly name?: string;
  readonly description?: string;
}

function create(): Command {
  return new Command("create")
    .description("Keep the state of a branch, now or at a point in time, until the snapshot is deleted.")
    .argument("<branch>", "branch, or BRANCH@POINT for a point in time")
    .addOption(asOfOption("createSnapshot.as_of"))
    .addOption(fieldOption("createSnapshot.name", "--name <name>"))
    .addOption(fieldOption("createSnapshot.description", "--description <text>"))
    .addOption(idempotencyOption())
    .action((place: string, options: CreateOptions & RepeatableCommand, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      const { name, description, idempotencyKey } = options;
      return withSession(command, branch, async ({ client, writer }) => {
        writer.one(await client.branches.snapshots.create(branch, { asOf, name, description, idempotencyKey }), FIELDS);
      });
    });
}

function remove(): Command {
  return new Command("delete")
    .description("Delete a snapshot. Its state stays readable as long as retention keeps it.")
    .argument("<branch>", "name or id")
    .argument("<snapshot>", "id or name")
    .action((name: string, snapshot: string, _options: unknown, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client }) => {
        const { id } = await client.branches.snapshots.delete(branch, snapshot);
        note(`Deleted ${id}`);
      });
    });
}
