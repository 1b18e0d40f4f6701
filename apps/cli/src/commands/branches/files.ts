import { accessSync, constants, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Command } from "commander";
import { InterruptedError, UsageError } from "../../errors/exit-codes.js";
import { asOfOption, type Place, placeOf } from "../../input/branch-option.js";
import { EXPIRY, expiry } from "../../input/expiry.js";
import { fieldOption } from "../../input/field-option.js";
import { readOrigin, writeOrigin } from "../../input/file-origin.js";
import { note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";
import { onceToldToEnd } from "../../session/told-to-end.js";
import { FULL } from "./fields.js";

/** The server may process a large file for this long before it responds. */
const SILENCE_MS = 3_600_000;

export function download(): Command {
  return new Command("download")
    .description("Download a branch as a SQLite file, now or at a point in time.")
    .argument("<branch>", "branch, or BRANCH@POINT for a point in time")
    .argument("<file>", 'file to write; "-" is stdout')
    .addOption(asOfOption())
    .option("--force", "overwrite an existing file")
    .action((place: string, file: string, options: { asOf?: string; force?: boolean }, command: Command) =>
      downloadBranch(command, placeOf({ branch: place, asOf: options.asOf }), file, options.force === true),
    );
}

/** Downloads a branch to a file, or to stdout for "-". */
export function downloadBranch(command: Command, place: Place, file: string, force: boolean): Promise<void> {
  const { branch, asOf } = place;
  if (file !== "-" && !force && exists(file)) {
    throw new UsageError(`${file} already exists. Choose another file, or add --force.`);
  }
  return withSession(command, branch, async ({ client, url }) => {
    const call = { asOf, requestTimeoutMs: SILENCE_MS };
    if (file === "-") {
      const { bytes, scn, sizeBytes } = await client.branches.download(branch, call);
      await pipeline(bytes, process.stdout, { end: false });
      note(`Wrote ${sizeBytes} bytes, scn ${scn}`);
      return;
    }
    const { id } = await client.branches.get(branch);
    const stopped = new AbortController();
    const off = onceToldToEnd(() => stopped.abort());
    try {
      const { signal } = stopped;
      const done = await client.branches.downloadTo(branch, file, { ...call, overwrite: force, signal });
      writeOrigin(file, { url, branch: id, scn: done.scn });
      note(`Wrote ${done.sizeBytes} bytes to ${file}, scn ${done.scn}`);
    } catch (error) {
      throw stopped.signal.aborted ? new InterruptedError("Stopped. Nothing was written.") : error;
    } finally {
      off();
    }
  });
}

interface UploadOptions {
  readonly displayName?: string;
  readonly expires?: Date | number | string;
  readonly message?: string;
  /** False for --no-from. */
  readonly from?: string | false;
}

export function upload(): Command {
  return new Command("upload")
    .description("Import a SQLite file as a new branch. It can be merged like any branch.")
    .argument("<name>", "name of the new branch")
    .argument("<file>")
    .addOption(fieldOption("importFile.display_name", "--display-name <text>"))
    .addOption(fieldOption("importFile.expires_at", "--expires <when>", { forms: EXPIRY, parse: expiry }))
    .addOption(fieldOption("importFile.message", "--message <text>"))
    .addOption(
      fieldOption("importFile.from", "--from <branch@point>", {
        help: "state that the file is a changed copy of (default: the state that was downloaded, if any)",
      }),
    )
    .option("--no-from", "import the file on its own, even if it was downloaded")
    .action((name: string, file: string, options: UploadOptions, command: Command) => {
      checkReadable(file);
      const { displayName, expires, message } = options;
      return withSession(command, null, async ({ client, url, writer }) => {
        const from = originOf(file, options.from, url);
        const call = { from, displayName, expiresAt: expires, message, requestTimeoutMs: SILENCE_MS };
        writer.one(await client.branches.upload(name, file, call), FULL);
      });
    });
}

/** The origin of the file: as the user gave it, or from the note that its download left beside it. */
function originOf(file: string, given: string | false | undefined, url: string) {
  if (given === false) return undefined;
  if (given !== undefined) {
    const { branch, asOf } = placeOf({ branch: given });
    if (asOf === undefined)
      throw new UsageError(`Invalid --from "${branch}". Expected BRANCH@POINT, such as ${branch}@scn:42.`);
    return { branch, asOf };
  }
  const origin = readOrigin(file);
  if (!origin || origin.url !== url) return undefined;
  note(
    `${file} was downloaded at scn ${origin.scn} and is imported as a changed copy of that state. To import it on its own, add --no-from.`,
  );
  return { branch: origin.branch, asOf: `scn:${origin.scn}` };
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
  if (!statSync(file).isFile()) throw new UsageError(`${file} is not a file.`);
}
