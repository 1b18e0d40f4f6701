import { InvalidArgumentError, Option } from "commander";
import { API_FIELDS, type ApiField } from "../generated/api-fields.js";
import { words } from "./words.js";

export type FieldName = keyof typeof API_FIELDS;

export interface FieldForm {
  /** In place of the document's words, where the flag's value is another than the field's. */
  readonly help?: string;
  /** How the value is written, after the document's words. */
  readonly forms?: string;
  readonly parse?: (text: string) => unknown;
}

/**
 * A flag for a field of the API: the API's document says what it is for, what it accepts, and what it is if left out. The
 * server fills in the default.
 */
export class FieldOption extends Option {
  constructor(
    readonly field: FieldName,
    flags: string,
    readonly form: FieldForm,
  ) {
    const about: ApiField = API_FIELDS[field];
    super(flags, helpOf(about, form, /\.\.\.[>\]]$/.test(flags)));
    if (form.parse) this.argParser(form.parse);
    else if (about.isInteger) this.argParser((text) => integer(text, about));
    else if (about.isList && !this.variadic) this.argParser((text) => listOf(text, about.choices));
    else if (about.choices) this.oneOf(about.choices);
  }

  private oneOf(choices: readonly string[]): void {
    this.choices(choices);
    const parse = this.parseArg!;
    const known = (text: string) => choices.find((choice) => choice === text.toLowerCase()) ?? text;
    this.argParser((text, before) => parse(known(text), before as never));
  }
}

export function fieldOption(field: FieldName, flags: string, form: FieldForm = {}): FieldOption {
  return new FieldOption(field, flags, form);
}

/** A limit that nobody meets by chance is not worth a word. */
const LONG = 1_000_000;

function helpOf(field: ApiField, { help, forms, parse }: FieldForm, isVariadic: boolean): string {
  if (help !== undefined) return help;
  const text = forms === undefined ? field.help : `${field.help}: ${forms}`;
  if (parse) return text;
  const list =
    field.isList && !isVariadic ? `; comma-separated${field.choices ? `: ${field.choices.join(", ")}` : ""}` : "";
  const { maximum = LONG, default: fallback } = field;
  const notes = [
    maximum < LONG && !text.includes("maximum") ? `at most ${maximum}` : null,
    fallback === undefined ? null : `default: ${fallback.toLowerCase()}`,
  ].filter((note) => note !== null);
  return `${text}${list}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}

function integer(text: string, { minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: ApiField): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
  const most = maximum === Number.MAX_SAFE_INTEGER ? "on" : `to ${maximum}`;
  throw new InvalidArgumentError(`Expected an integer from ${minimum} ${most}.`);
}

function listOf(text: string, choices: readonly string[] | undefined): readonly string[] {
  const found = words(text);
  const unknown = choices && found.find((word) => !choices.includes(word));
  if (unknown) throw new InvalidArgumentError(`Unknown word "${unknown}". Expected ${choices.join(", ")}.`);
  return found;
}
