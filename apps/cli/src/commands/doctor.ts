import { Command } from "commander";
import { type Connection, clientFor, connectionOf, trustedBy } from "../config/connection.js";
import { checkEnvironment } from "../config/environment.js";
import { type Check, serverChecks } from "../doctor/server-checks.js";
import { branchAlone, branchOption } from "../input/branch-option.js";
import { lookOf } from "../output/look.js";
import { type Field, Writer } from "../output/writer.js";
import { defaultFormat, type GlobalOptions } from "../session/session.js";

const FIELDS: readonly Field<Check>[] = [
  { heading: "check", value: ({ check }) => check },
  { heading: "ok", value: ({ ok }) => (ok ? "ok" : "FAILED") },
  { heading: "finding", value: ({ finding }) => finding },
];

export function doctorCommand(): Command {
  return new Command("doctor")
    .description("Check settings, server, key, clock, version, disk and branch; exit with 1 if something is wrong.")
    .addOption(branchOption("branch to look for"))
    .action(async (options: { branch?: string }, command: Command) => {
      checkEnvironment();
      const { output, fit, ...where } = command.optsWithGlobals<GlobalOptions>();
      const connection = connectionOf(where);
      const client = clientFor(connection);
      try {
        const checks = [
          settings(connection),
          ...(await serverChecks(client, connection, branchAlone(options.branch), trustedBy(connection))),
        ];
        new Writer(output ?? defaultFormat(), lookOf(fit ?? "wrap")).list(checks, FIELDS);
        if (checks.some(({ ok }) => !ok)) process.exitCode = 1;
      } finally {
        await client.close();
      }
    });
}

function settings({ url, sources }: Connection): Check {
  const key = sources.apiKey === null ? "no API key" : `API key from ${sources.apiKey}`;
  return { check: "settings", ok: true, finding: `${url} (from ${sources.url.from}), ${key}` };
}
