import { join } from "node:path";
import { Command } from "commander";
import { connectionOf, type Sourced } from "../config/connection.js";
import { defaultBranch } from "../config/default-branch.js";
import { findProject, PROJECT_FILE, type Project, type ProjectSettings, saveProject } from "../config/project-file.js";
import { UsageError } from "../errors/exit-codes.js";
import { placeOf } from "../input/branch-option.js";
import { type Field, note } from "../output/writer.js";
import { type GlobalOptions, withSession } from "../session/session.js";

const FIELDS: readonly Field<Sourced & { readonly setting: string }>[] = [
  { heading: "setting", value: ({ setting }) => setting },
  { heading: "value", value: ({ value }) => value },
  { heading: "from", value: ({ from }) => from },
];

export function useCommand(): Command {
  return new Command("use")
    .description(
      `Make a branch, or a branch at a point in time, the default in this folder, by a ${PROJECT_FILE} file; --url and --profile are kept with it. Without an argument, show what is used and where it comes from.`,
    )
    .argument("[branch]", "BRANCH or BRANCH@POINT")
    .option("--clear", "remove the file's settings")
    .action((place: string | undefined, { clear }: { clear?: boolean }, command: Command) => {
      if (clear && place !== undefined) throw new UsageError("--clear takes no branch.");
      if (clear) return forget();
      const { url, profile } = command.optsWithGlobals<GlobalOptions>();
      if (place === undefined && url === undefined && profile === undefined) return show(command);
      return use(command, { branch: place, url, profile });
    });
}

/** The branch must exist, and have the point in time: a mistyped default would fail later, far from here. */
function use(command: Command, chosen: { readonly [field in keyof ProjectSettings]: string | undefined }) {
  const { branch, asOf } = placeOf({ branch: chosen.branch });
  return withSession(command, branch, async ({ client }) => {
    await client.branches.get(branch);
    if (asOf !== undefined) await client.tables.list(branch, { asOf });
    const { path, settings }: Project = findProject() ?? { path: join(process.cwd(), PROJECT_FILE), settings: {} };
    const given = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined));
    saveProject({ path, settings: { ...settings, ...given } });
    note(
      `Saved in ${path}: ${Object.entries(given)
        .map(([field, value]) => `${field} ${value}`)
        .join(", ")}`,
    );
  });
}

function show(command: Command): Promise<void> {
  return withSession(command, null, async ({ writer }) => {
    const { sources } = connectionOf(command.optsWithGlobals<GlobalOptions>());
    const { profile, url, apiKey } = sources;
    const key = apiKey === null ? { value: "none", from: "default" } : { value: "(not shown)", from: apiKey };
    const all = { branch: defaultBranch(), url, profile, "API key": key };
    writer.list(
      Object.entries(all).map(([setting, sourced]) => ({ setting, ...sourced })),
      FIELDS,
    );
  });
}

function forget(): void {
  const project = findProject();
  if (project) saveProject({ path: project.path, settings: {} });
  note(project ? `Removed ${project.path}` : `There is no ${PROJECT_FILE} file in this folder or above it`);
}
