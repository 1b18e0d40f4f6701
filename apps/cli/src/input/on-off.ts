import { InvalidArgumentError } from "commander";

export function onOff(text: string): boolean {
  if (text !== "on" && text !== "off") throw new InvalidArgumentError("Expected on or off.");
  return text === "on";
}
