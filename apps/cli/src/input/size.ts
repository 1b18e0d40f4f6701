import { InvalidArgumentError } from "commander";

const BYTES: Readonly<Record<string, number>> = { "": 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

/** Parses a size such as `10GB`, or a plain number of bytes. */
export function bytes(text: string): number {
  const [, digits, unit = ""] = /^(\d{1,12})([kmgt]b)?$/i.exec(text) ?? [];
  if (digits === undefined)
    throw new InvalidArgumentError("Expected a number of bytes, or a size with a unit such as 10GB.");
  return Number(digits) * BYTES[unit.toLowerCase()]!;
}
