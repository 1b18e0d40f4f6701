import { accessSync, constants, statSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import { UsageError } from "../../errors/exit-codes.js";
import { asOfOption, placeOf } from "../../input/branch-option.js";
import { expiry } from "../../input/expiry.js";
import { readOrigin, writeOrigin } from "../../input/file-origin.js";
import { note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";
import { FULL } from "./fields.js";

/** The server may be busy with a large file for this long before it shows a sign of life. */
const SILENCE_MS = 3_600_000;

export function download(): Command {
  return new Command("download")
    .description("Write a branch into a SQLite file, now or as it was at a moment.")
    .argument("<branch>", "branch, or BRANCH@POINT for a past moment of it")
    .argument("<file>", 'where to; "-" is stdout')
    .addOption(asOfOption("moment to download"))
    .option("--force", "take the place of a file that exists")
    .action((place: string, file: string, options: { asOf?: string; force?: boolean }, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      if (file !== "-" && !options.force && exists(file)) {
        throw new UsageError(`${file} exists already; name another file, or add --force`);
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
        const done = await client.branches.downloadTo(branch, file, { ...call, overwrite: options.force });
        writeOrigin(file, { url, branch: id, scn: done.scn });
        note(`Wrote ${done.sizeBytes} bytes to ${file}, scn ${done.scn}`);
      });
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
    .description("Make a new branch of a SQLite file. It can be merged with the others as any branch.")
    .argument("<name>", "name of the new branch")
    .argument("<file>")
    .option("--display-name <text>", "a name for people, of any characters")
    .addOption(
      new Option(
        "--expires <when>",
        "when it is deleted by itself: seconds since 1970, ISO 8601, or from now as in 12h or 7d",
      ).argParser(expiry),
    )
    .option("--message <text>", "stands in the branch's history")
    .option("--from <branch@point>", "state that the file is a changed copy of; known for a file that was downloaded")
    .option("--no-from", "a branch of its own, also for a file that was downloaded")
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

/** What the caller says that the file was made from, or what its download left beside it. */
function originOf(file: string, given: string | false | undefined, url: string) {
  if (given === false) return undefined;
  if (given !== undefined) {
    const { branch, asOf } = placeOf({ branch: given });
    if (asOf === undefined) throw new UsageError(`--from takes a branch and a moment, such as ${branch}@scn:42`);
    return { branch, asOf };
  }
  const origin = readOrigin(file);
  if (!origin || origin.url !== url) return undefined;
  note(
    `${file} was downloaded at scn ${origin.scn}: it is loaded as a changed copy of that. --no-from loads it by itself.`,
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
  if (!statSync(file).isFile()) throw new UsageError(`${file} is no file`);
}
