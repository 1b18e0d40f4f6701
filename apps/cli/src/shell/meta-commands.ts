import { UsageError } from "../errors/exit-codes.js";
import { statementsOf } from "../input/statements.js";
import { readText } from "../input/text.js";
import { treeLines } from "../output/branch-tree.js";
import { changesText } from "../output/changes.js";
import { diffLines } from "../output/diff.js";
import { relativeTime } from "../output/relative-time.js";
import { note } from "../output/writer.js";
import { fitNamed, formatNamed, onOrOff, placeText } from "./settings.js";
import type { Shell } from "./shell.js";
import { refuseInTransaction } from "./transaction.js";

/** Runs the statements of a file. */
type RunAll = (statements: readonly string[]) => Promise<void>;

interface MetaCommand {
  readonly takes: string;
  readonly help: string;
  /** `word` is what follows the command, or the empty text. */
  run(shell: Shell, word: string, runAll: RunAll): Promise<void> | void;
}

const LOG_LENGTH = 20;
const DIFF_ROWS = 100;

/** The backslash commands, without the one that ends the shell. */
export const META_COMMANDS: { readonly [name: string]: MetaCommand } = {
  "?": {
    takes: "",
    help: "show this list",
    run: ({ output }) => output.text(helpText()),
  },
  branch: {
    takes: "[BRANCH[@POINT]]",
    help: "go to another branch; without a name, show the branches as a tree",
    run: goTo,
  },
  asof: {
    takes: "[POINT|now]",
    help: "read at a point in time; now, or nothing, returns to the present",
    run: async (shell, word) => {
      refuseInTransaction(shell);
      const asOf = word === "" || word === "now" ? undefined : word;
      if (asOf !== undefined) await shell.client.tables.list(shell.settings.branch, { asOf });
      shell.settings.asOf = asOf;
      shell.forgetNames();
    },
  },
  d: {
    takes: "[TABLE]",
    help: "list the tables, or describe one",
    run: describe,
  },
  log: {
    takes: "",
    help: `show the newest ${LOG_LENGTH} commits of the branch`,
    run: async ({ client, settings, output }) => {
      const { entries } = await client.branches.history(settings.branch, { limit: LOG_LENGTH });
      output.table(
        ["scn", "time", "type", "author", "rows", "message"],
        entries.map((entry) => [
          entry.scn,
          relativeTime(entry.timestamp),
          entry.type,
          entry.author,
          changesText(entry.tables),
          entry.message ?? entry.summary,
        ]),
      );
    },
  },
  diff: {
    takes: "[BRANCH[@POINT]]",
    help: `show the first ${DIFF_ROWS} rows that differ from a state, or from the parent at the fork`,
    run: async ({ client, settings, output }, word) => {
      const { branch, asOf } = settings;
      const page = await client.branches.diff(branch, { asOf, from: word === "" ? undefined : word, limit: DIFF_ROWS });
      output.text(`${diffLines(page).join("\n")}\n`);
      if (page.nextCursor !== null) note(`Showing the first ${page.rows.length} rows`);
    },
  },
  x: {
    takes: "[on|off]",
    help: "show each row as lines of column and value",
    run: ({ settings }, word) => {
      settings.expanded = onOrOff(settings.expanded, word);
      note(`Expanded rows are ${settings.expanded ? "on" : "off"}.`);
    },
  },
  timing: {
    takes: "[on|off]",
    help: "show how long each statement takes",
    run: ({ settings }, word) => {
      settings.timing = onOrOff(settings.timing, word);
      note(`Timing is ${settings.timing ? "on" : "off"}.`);
    },
  },
  pager: {
    takes: "[on|off]",
    help: "show long results with $PAGER, or less",
    run: ({ settings }, word) => {
      settings.pager = onOrOff(settings.pager, word);
      note(`The pager is ${settings.pager ? "on" : "off"}.`);
    },
  },
  format: {
    takes: "FORMAT",
    help: "table, json, ndjson, csv or yaml",
    run: ({ settings }, word) => {
      settings.format = formatNamed(word);
    },
  },
  fit: {
    takes: "HOW",
    help: "cut or wrap cells that are too wide for the terminal, or off",
    run: ({ settings }, word) => {
      settings.fit = fitNamed(word);
    },
  },
  i: {
    takes: "FILE",
    help: "run the statements of a file, up to the first that fails",
    run: (_shell, word, runAll) => runAll(fileStatements(word)),
  },
  conninfo: {
    takes: "",
    help: "show the server, the user and the branch",
    run: async ({ client, url, settings, output }) => {
      const { userId } = await client.auth.me();
      output.line(`${url} as ${userId}, ${placeText(settings)}`);
    },
  },
};

async function goTo(shell: Shell, word: string): Promise<void> {
  const { client, settings, output } = shell;
  if (word === "") return output.text(`${treeLines((await client.branches.list()).branches).join("\n")}\n`);
  refuseInTransaction(shell);
  const at = word.indexOf("@");
  const branch = at < 0 ? word : word.slice(0, at);
  const asOf = at < 0 ? undefined : word.slice(at + 1);
  await client.branches.get(branch);
  if (asOf !== undefined) await client.tables.list(branch, { asOf });
  settings.branch = branch;
  settings.asOf = asOf;
  shell.forgetNames();
}

async function describe({ client, settings, output }: Shell, word: string): Promise<void> {
  const { branch, asOf } = settings;
  const tables = await client.tables.list(branch, { asOf });
  if (word === "") {
    const grid = tables.map(({ name, rowCount, columns }) => [
      name,
      rowCount,
      columns.map((one) => one.name).join(", "),
    ]);
    return output.table(["table", "rows", "columns"], grid);
  }
  const table = tables.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  if (!table) throw new UsageError(`${placeText(settings)} has no table "${word}". \\d lists them.`);
  output.table(
    ["column", "type", "nullable", "key"],
    table.columns.map(({ name, type, nullable, primaryKey }) => [
      name,
      type,
      nullable,
      primaryKey ? "primary key" : "",
    ]),
  );
  if (table.indexes.length > 0) output.line(`Indexes: ${table.indexes.join(", ")}`);
}

function fileStatements(file: string): readonly string[] {
  if (file === "") throw new UsageError("\\i takes the name of a file.");
  return statementsOf(readText(file));
}

function helpText(): string {
  const all = Object.entries(META_COMMANDS).map(([name, { takes, help }]) => [`\\${name} ${takes}`.trimEnd(), help]);
  const lines = [...all, ["\\q", "leave, as Ctrl-D does"]];
  const width = Math.max(...lines.map(([what]) => what!.length));
  return `Statements end with a semicolon. BEGIN, COMMIT and ROLLBACK make several of them one commit.\n${lines.map(([what, help]) => `  ${what!.padEnd(width)}  ${help}\n`).join("")}`;
}
