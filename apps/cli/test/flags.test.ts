import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command, Option } from "commander";
import { describe, expect, it } from "vitest";
import { API_FIELDS, type ApiField } from "../src/generated/api-fields.js";
import { type FieldName, FieldOption } from "../src/input/field-option.js";
import { pathOf } from "../src/program/path.js";
import { makeProgram } from "../src/program/program.js";
import { commandsOf } from "../src/reference/parts.js";

const FIELDS: Readonly<Record<string, ApiField>> = API_FIELDS;
const document = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../../openapi/openapi.json"), "utf8"));

/** Flags of commands that call the API, for what isn't a field of it. */
const OWN: Readonly<Record<string, string>> = {
  "--all": "asks for page after page",
  "--all-branches": "an empty list, which no list of words is",
  "--branch": "part of the path, and with a point in time",
  "--cursor": "the place of a page, which goes with the page",
  "--file": "where a text comes from",
  "--force": "overwrites a local file",
  "--interactive": "asks for each resolution",
  "--limit": "counts over all pages",
  "--no-from": "leaves out what the file beside it says",
  "--param": "values with types, one by one",
  "--set": "a value of a row, one by one",
  "--snapshot": "a point in time by its name",
  "--stat": "asks for no rows",
  "--stream": "another media type",
  "--watch": "repeats the command",
  "--yes": "asks nobody",
};
/** Commands that no operation is behind, or several with data from elsewhere. */
const OTHERS =
  /^helios (completion|doctor|export|import|login|logout|open|serve|shell|types|use|schema|branches tree)\b/;

/** Fields that no flag and no argument stands for. */
const NOT_OFFERED: Readonly<Record<string, string>> = {
  "createBranch.options.isolated": "for those who write to the parent and read the branch by program",
  "createKey.client_id": "a name for programs",
  "exportFile.as_of": "the place of a branch has it",
  "getBranch.include_history": "helios log shows it",
  "getRowHistory.limit": "the flag counts over all pages",
  "insertRows.return_ids": "their keys are always shown",
  "listBranches.include_changes": "branches get --stats shows it",
  "listBranches.limit": "all are listed",
  "listBranches.order": "all are listed",
  "listBranches.page": "all are listed",
  "listBranches.sort": "all are listed",
  "deleteRows.transaction_id": "helios execute takes SQL in a transaction",
  "insertRows.transaction_id": "helios execute takes SQL in a transaction",
  "queryTable.transaction_id": "helios query takes SQL in a transaction",
  "updateRows.transaction_id": "helios execute takes SQL in a transaction",
  "queryTable.include_total": "a page always shows it",
};
/** Fields that an argument, another flag, or the text of a statement stands for. */
const ARGUMENTS = new Set([
  ...[
    "createBackup.name",
    "createBranch.name",
    "createKey.name",
    "createTenant.name",
    "createUser.id",
    "updateKey.name",
  ],
  ...["createWebhook.url", "execute.sql", "executeBatch.statements", "query.sql", "mergeBranch.target"],
  ...["getRowHistory.key", "insertRows.rows", "updateRows.values", "execute.params", "query.params"],
  ...["restoreBranch.backup_branch_name"],
]);
/** Fields whose flag is for several operations; it is made from the first. */
const SHARED: Readonly<Record<string, string>> = {
  "execute.max_rows": "query.max_rows",
  "execute.timeout_ms": "query.timeout_ms",
  "execute.transaction_id": "query.transaction_id",
  "executeBatch.max_rows": "query.max_rows",
  "executeBatch.transaction_id": "query.transaction_id",
  "getDiff.as_of": "query.as_of",
  "listTables.as_of": "query.as_of",
  "queryTable.as_of": "query.as_of",
};
const sharedBy = (name: string) =>
  SHARED[name] ?? name.replace(/^exportAudit\./, "listAudit.").replace(/^restoreSnapshot\./, "restoreBranch.");

const commands = commandsOf(makeProgram()).filter((command) => !OTHERS.test(pathOf(command)));
const flags = commands.flatMap((command) => command.options.map((option) => [command, option] as const));
const given = flags.filter((each): each is readonly [Command, FieldOption] => each[1] instanceof FieldOption);
const nameOf = ([command, option]: readonly [Command, Option]) => `${pathOf(command)} ${option.long}`;

describe("flags", () => {
  it("are made from the API's document, or named here with a reason", () => {
    const own = flags.filter(([, option]) => !(option instanceof FieldOption) && !Object.hasOwn(OWN, option.long!));
    expect(own.map(nameOf)).toEqual([]);
    expect(given.length).toBeGreaterThan(80);
  });

  it("say and accept what the document says, unless the flag's value is written in another way", () => {
    for (const [command, option] of given) {
      const { help, choices, isInteger, minimum = 0, maximum } = FIELDS[option.field]!;
      const name = nameOf([command, option]);
      expect([name, help]).not.toEqual([name, ""]);
      if (option.form.help === undefined) expect(`${name}: ${option.description}`).toContain(`: ${help}`);
      if (option.form.parse || option.form.help !== undefined) continue;
      if (choices) expect([name, wordsOf(option)]).toEqual([name, choices]);
      if (isInteger) {
        expect(option.parseArg!(String(minimum), undefined as never)).toBe(minimum);
        expect(() => option.parseArg!("-1", undefined as never)).toThrow("Expected an integer from");
        if (maximum !== undefined) expect(() => option.parseArg!(String(maximum + 1), undefined as never)).toThrow();
      }
    }
  });

  it("write a value in another way only where a person would", () => {
    const others = new Set(given.filter(([, { form }]) => form.help !== undefined).map(([, { field }]) => field));
    expect([...others].sort()).toEqual([
      "Idempotency-Key", // shorter
      "Last-Event-ID", // what the client calls it
      "createKey.expires_in", // a duration
      "createSigningSecret.grace",
      "createUser.name", // the id without it
      "importFile.from", // the note beside the file without it
      "mergeBranch.resolutions", // TABLE:KEY:COLUMN=CHOICE
      "query.explain", // where it goes
      "query.transaction_id", // where it comes from
      "restoreBranch.create_backup_branch", // with its name
      "rotateKey.grace",
      "setRetention.history_bytes", // 10GB, unlimited
      "setRetention.history_seconds", // 30d, forever
      "updateBranch.display_name", // "" is null
      "updateBranch.expires_at", // "never" is null
      "updateUser.disabled", // on and off
      "updateUser.email",
      "updateWebhook.description",
      "updateWebhook.enabled",
    ] satisfies FieldName[]);
  });
});

it("no command has a flag that is one of all commands, which would get it instead", () => {
  const program = makeProgram();
  const ofAll = new Set(program.options.flatMap(({ short, long }) => [short, long]).filter((flag) => flag != null));
  expect(ofAll).toContain("-q");
  const taken = commandsOf(program).flatMap((command) =>
    command.options.flatMap(({ short, long }) =>
      [short, long].filter((flag) => ofAll.has(flag!)).map((flag) => `${pathOf(command)} ${flag}`),
    ),
  );
  expect(taken).toEqual([]);
});

it("every field of an operation has a flag or an argument, or a reason why not", () => {
  const flagged = new Set<string>(given.map(([, { field }]) => field));
  const known = (name: string) =>
    flagged.has(sharedBy(name)) || ARGUMENTS.has(sharedBy(name)) || Object.hasOwn(NOT_OFFERED, name);
  const missing = Object.keys(FIELDS).filter(
    (name) => !/\.limit$/.test(name) && !name.startsWith("createToken.") && !known(name),
  );
  expect(missing).toEqual([]);
  for (const name of [...Object.keys(NOT_OFFERED), ...ARGUMENTS, ...Object.keys(SHARED)]) {
    expect(Object.hasOwn(FIELDS, name)).toBe(true);
    expect([name, flagged.has(name)]).toEqual([name, false]);
  }
});

it("every documented operation has its fields here", () => {
  const operations = Object.values<Record<string, { operationId?: string; requestBody?: object }>>(document.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ requestBody }) => JSON.stringify(requestBody ?? "").includes("application/json"));
  const of = new Set(Object.keys(FIELDS).map((name) => name.split(".")[0]));
  expect(operations.map(({ operationId }) => operationId).filter((id) => !of.has(id!))).toEqual([]);
});

/** The words that a flag accepts: those it completes, or those of its comma-separated list. */
function wordsOf(option: Option): readonly string[] | undefined {
  return option.argChoices ?? /comma-separated: (.*?)(?: \(|$)/.exec(option.description)?.[1]?.split(", ");
}
