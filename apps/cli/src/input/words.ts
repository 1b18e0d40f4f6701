import { InvalidArgumentError } from "commander";

/** Names separated by commas. */
export function words(text: string): readonly string[] {
  const found = text.split(",").map((word) => word.trim());
  if (found.includes("")) throw new InvalidArgumentError("Expected names separated by commas, such as a,b.");
  return found;
}
