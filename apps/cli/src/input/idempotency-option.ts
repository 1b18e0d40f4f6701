import { Option } from "commander";

/** Of commands that make a change which must not be made twice. */
export interface RepeatableCommand {
  readonly idempotencyKey?: string;
}

export function idempotencyOption(): Option {
  return new Option(
    "--idempotency-key <key>",
    "take effect only once per key within 24 hours, and retry where no response came",
  );
}
