import type { SigningSecret } from "@heliosdb/client";
import { Command } from "commander";
import { seconds } from "../input/duration.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session/session.js";

const MADE: readonly Field<SigningSecret>[] = [
  { heading: "signing secret", value: (made) => made.signingSecret },
  { heading: "key id", value: (made) => made.keyId },
  { heading: "created", value: (made) => made.createdAt },
];

/** The secrets with which requests of the SQLExec API are signed. */
export function signingSecretCommand(): Command {
  return new Command("signing-secret")
    .description("Manage the secret with which a key signs requests of the SQLExec API.")
    .addCommand(create())
    .addCommand(revoke());
}

function create(): Command {
  return new Command("create")
    .description("Give a key a signing secret, or replace the one it has. It is shown only once.")
    .argument("<id>", "id of the key (k_…)")
    .addOption(
      fieldOption("createSigningSecret.grace", "--grace <age>", {
        help: "how long the signing secret before this one stays valid, such as 1h (default: not at all)",
        parse: seconds,
      }),
    )
    .addOption(idempotencyOption())
    .action((id: string, { grace, idempotencyKey }: { grace?: number } & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.createSigningSecret(id, { grace, idempotencyKey }), MADE);
      }),
    );
}

function revoke(): Command {
  return new Command("revoke")
    .description("Revoke the signing secrets of a key immediately. The key itself stays valid.")
    .argument("<id>", "id of the key (k_…)")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await client.auth.keys.revokeSigningSecret(id);
        note(`Revoked the signing secrets of ${id}`);
      }),
    );
}
