import { type HeliosDBClient, NotFoundError } from "@heliosdb/client";
import type { Command } from "commander";
import { clientFor, connectionOf } from "../config/connection.js";
import { checkEnvironment } from "../config/environment.js";
import { adviceFor } from "../errors/advice.js";
import type { Format } from "../output/format.js";
import { lookOf } from "../output/look.js";
import { REQUEST_LOG } from "../output/request-log.js";
import type { Fit } from "../output/table.js";
import { Writer } from "../output/writer.js";
import { annotate } from "./report.js";

export interface Session {
  readonly client: HeliosDBClient;
  /** The server's address. */
  readonly url: string;
  readonly writer: Writer;
}

export interface GlobalOptions {
  readonly url?: string;
  readonly profile?: string;
  readonly ca?: string;
  readonly output?: Format;
  readonly fit?: Fit;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** Runs a command: checks, a client that is always closed, and helpful errors. */
export async function withSession(
  command: Command,
  branch: string | null,
  action: (session: Session) => Promise<void>,
) {
  checkEnvironment();
  const { output, fit, verbose, ...where } = command.optsWithGlobals<GlobalOptions>();
  const connection = connectionOf(where);
  const client = clientFor(connection, verbose ? REQUEST_LOG : undefined);
  try {
    await action({ client, url: connection.url, writer: new Writer(output ?? defaultFormat(), lookOf(fit)) });
  } catch (error) {
    if (error instanceof NotFoundError) await nameWhatExists(error, client, branch);
    annotate(error, adviceFor(error, connection));
    throw error;
  } finally {
    await client.close();
  }
}

/** A table on a terminal, JSON for a program. */
export function defaultFormat(): Format {
  return process.stdout.isTTY ? "table" : "json";
}

/** "Not found" is most often a misspelt name, so list the existing ones. */
async function nameWhatExists(error: NotFoundError, client: HeliosDBClient, branch: string | null): Promise<void> {
  try {
    if (error.code === "BRANCH_NOT_FOUND") {
      const { branches } = await client.branches.list();
      annotate(error, `Branches: ${branches.map((one) => one.name).join(", ")}`);
    } else if (error.code === "TABLE_NOT_FOUND" && branch !== null) {
      const names = (await client.tables.list(branch)).map((table) => table.name);
      annotate(error, names.length > 0 ? `Tables of ${branch}: ${names.join(", ")}` : `${branch} has no tables`);
    }
  } catch {
    // The list is only a help: the error itself must be shown.
  }
}
