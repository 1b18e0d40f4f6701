/** A wrong setting; the message names it and is shown as it is. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** One setting: its environment variable, its flag, its default and its meaning. */
export interface Option<T> {
  readonly env: string;
  /** The flag of the start command, with a placeholder for its value. */
  readonly flag: string;
  readonly fallback: T;
  /** The default as the documentation shows it, where the value itself would not say it. */
  readonly shownDefault?: string;
  readonly description: string;
  /** Throws ConfigError with what the value must be. */
  parse(text: string): T;
}

export function textOption(text: string): string {
  return text;
}

export function atLeast(length: number): (text: string) => string {
  return (text) => {
    if (text.length < length) throw new ConfigError(`must have at least ${length} characters`);
    return text;
  };
}

export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new ConfigError(`must be an integer from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

export function oneOf<const W extends string>(...words: readonly W[]): (text: string) => W {
  return (text) => {
    const word = words.find((candidate) => candidate === text.toLowerCase());
    if (word === undefined) throw new ConfigError(`must be one of ${words.join(", ")}`);
    return word;
  };
}

/** A comma-separated list, each entry checked. */
export function listOf(parse: (entry: string) => string): (text: string) => readonly string[] {
  return (text) => {
    const entries = text.split(",").map((entry) => entry.trim());
    return entries.filter((entry) => entry !== "").map(parse);
  };
}
