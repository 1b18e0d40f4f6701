import { type Options, stringify } from "csv-stringify/sync";

export interface CsvStyle {
  readonly delimiter?: string;
  /** Null for none. */
  readonly quote?: string | null;
  /** NULL is this text, unquoted; a value of the same text is quoted. */
  readonly nullText?: string;
}

/** Writes records, each with a line feed at its end. */
export function csvText({ delimiter = ",", quote = '"', nullText = "" }: CsvStyle = {}) {
  const options: Options = { delimiter, quote: quote ?? false, escape: quote ?? "", cast: { boolean: String } };
  if (nullText === "") options.quoted_match = /^$/;
  else {
    Object.assign(options.cast!, {
      null: () => nullText,
      string: (text: string) => (text === nullText && quote !== null ? { value: text, quoted: true } : text),
    });
  }
  return (records: readonly (readonly unknown[])[]): string => stringify(records as unknown[][], options);
}
