import { Option } from "commander";

/** Options of commands whose change must not be made twice. */
export interface RepeatableCommand {
  readonly idempotencyKey?: string;
}

export function idempotencyOption(): Option {
  return new Option(
    "--idempotency-key <key>",
    "take effect only once per key within 24 hours, and retry where no response came",
  );
}
