import { InvalidArgumentError } from "commander";

/** Names separated by commas. */
export function words(text: string): readonly string[] {
  const found = text.split(",").map((word) => word.trim());
  if (found.includes("")) throw new InvalidArgumentError("It must be names separated by commas, as in a,b.");
  return found;
}
