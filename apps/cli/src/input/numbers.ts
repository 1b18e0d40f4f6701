import { InvalidArgumentError } from "commander";

/** For options that take a positive whole number. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError("Expected a positive integer.");
  }
  return value;
}
