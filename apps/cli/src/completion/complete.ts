import type { Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** Values of options and arguments before the word that is completed, by their names. */
export type Given = { readonly [name: string]: string | undefined };

/** Names that only the server knows, the one that the words before name or the usual one. */
export interface Names {
  branches(given: Given): Promise<readonly string[]>;
  tables(given: Given): Promise<readonly string[]>;
}

/** Options and arguments whose values are names of branches. */
const OF_BRANCHES = /^(branch|source|target|from|target-branch)$/;

/** The words that can stand in the place of the last of these, which may be empty. */
export async function complete(root: Command, words: readonly string[], names: Names): Promise<readonly Candidate[]> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const { command, rest, pending, given } = walk(root, before);
  const fits = (all: readonly Candidate[]) => all.filter(({ value }) => value.startsWith(current));
  if (pending) return fits(await valuesOf(pending.name(), pending.argChoices, given, names));
  if (current.startsWith("-")) return fits(optionsOf(command));
  if (command.commands.length > 0) {
    // Those that begin with _ are not for people.
    const shown = command.commands.filter((child) => !child.name().startsWith("_"));
    return fits(shown.map((child) => ({ value: child.name(), description: firstSentence(child.description()) })));
  }
  const argument = command.registeredArguments[Math.min(rest, command.registeredArguments.length - 1)];
  if (!argument || (rest >= command.registeredArguments.length && !argument.variadic)) return [];
  return fits(await valuesOf(argument.name(), argument.argChoices, given, names));
}

/** The command that the words lead to, how many of its arguments they have, and the option whose value comes next. */
function walk(root: Command, words: readonly string[]) {
  let command = root;
  let rest = 0;
  let pending: Option | null = null;
  const given = new Map<string, string>();
  for (const word of words) {
    if (pending) {
      given.set(pending.name(), word);
      pending = null;
    } else if (word.startsWith("-")) {
      const [flag, value] = word.split("=", 2);
      const option = withParents(command).find(({ short, long }) => short === flag || long === flag);
      if (option?.required && value === undefined) pending = option;
      else if (option && value !== undefined) given.set(option.name(), value);
    } else {
      const child = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
      if (child) command = child;
      else {
        const argument = command.registeredArguments[rest];
        if (argument && !given.has(argument.name())) given.set(argument.name(), word);
        rest++;
      }
    }
  }
  return { command, rest, pending, given: Object.fromEntries(given) };
}

async function valuesOf(
  name: string,
  choices: readonly string[] | undefined,
  given: Given,
  names: Names,
): Promise<readonly Candidate[]> {
  const plain = (values: readonly string[]) => values.map((value) => ({ value, description: "" }));
  if (choices) return plain(choices);
  if (OF_BRANCHES.test(name)) return plain(await names.branches(given));
  if (/^tables?$/.test(name)) return plain(await names.tables(given));
  return [];
}

function optionsOf(command: Command): readonly Candidate[] {
  return withParents(command).map(({ long, short, description }) => ({
    value: long ?? short ?? "",
    description: firstSentence(description),
  }));
}

function withParents(command: Command | null): readonly Option[] {
  return command === null ? [] : [...command.options, ...withParents(command.parent)];
}

function firstSentence(text: string): string {
  return text
    .replace(/\. .*$/s, ".")
    .replaceAll("\t", " ")
    .replaceAll("\n", " ");
}
