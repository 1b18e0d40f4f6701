import { setTimeout as pause } from "node:timers/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { onceToldToEnd } from "./told-to-end.js";

/** Seconds between two runs where --watch names none. */
const USUAL = 2;

export function watchOption(): Option {
  return new Option("--watch [seconds]", `run again and again, every ${USUAL} seconds or as often as given`)
    .argParser(secondsOf)
    .preset(String(USUAL));
}

/**
 * Runs a command's work once, or with --watch until Ctrl-C. On a terminal each run replaces the screen; elsewhere the
 * outputs follow each other.
 */
export async function watched(command: Command, work: () => Promise<void>): Promise<void> {
  const { watch } = command.opts<{ watch?: number }>();
  if (watch === undefined) return work();
  const stopped = new AbortController();
  onceToldToEnd(() => stopped.abort());
  while (!stopped.signal.aborted) {
    if (process.stdout.isTTY) process.stdout.write("\u001b[2J\u001b[H");
    await work();
    await pause(watch * 1000, undefined, { signal: stopped.signal }).catch(() => {});
  }
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !Number.isFinite(seconds) || seconds < 0.1) {
    throw new InvalidArgumentError("Expected a number of seconds, at least 0.1.");
  }
  return seconds;
}
