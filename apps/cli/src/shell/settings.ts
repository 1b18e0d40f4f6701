import { UsageError } from "../errors/exit-codes.js";
import { FORMATS, type Format } from "../output/format.js";
import { FITS, type Fit } from "../output/table.js";

/** The open transaction of a shell. */
export interface ShellTransaction {
  readonly id: string;
  readonly branch: string;
  /** Ends the timer that keeps it from expiring while somebody types. */
  stop(): void;
}

/** The settings that the backslash commands of a shell change. */
export interface ShellSettings {
  branch: string;
  /** Undefined: the present. */
  asOf: string | undefined;
  format: Format;
  fit: Fit;
  /** Each row as lines of COLUMN and VALUE. */
  expanded: boolean;
  timing: boolean;
  pager: boolean;
  transaction?: ShellTransaction;
}

/** The branch, and the point in time if there is one, as a prompt shows them. */
export function placeText({ branch, asOf }: Pick<ShellSettings, "branch" | "asOf">): string {
  return asOf === undefined ? branch : `${branch}@${asOf}`;
}

export function onOrOff(now: boolean, word: string): boolean {
  if (word === "") return !now;
  if (word === "on" || word === "off") return word === "on";
  throw new UsageError(`Expected on or off, got "${word}".`);
}

export function formatNamed(word: string): Format {
  return oneOf(FORMATS, word);
}

export function fitNamed(word: string): Fit {
  return oneOf(FITS, word);
}

function oneOf<T extends string>(all: readonly T[], word: string): T {
  const found = all.find((one) => one === word);
  if (found === undefined) throw new UsageError(`Expected one of ${all.join(", ")}, got "${word}".`);
  return found;
}
