import { Option } from "commander";

/** Of commands that make a change which must not be made twice. */
export interface RepeatableCommand {
  readonly idempotencyKey?: string;
}

export function idempotencyOption(): Option {
  return new Option(
    "--idempotency-key <key>",
    "takes effect once, however often it is run with this key within 24 hours, and is tried again where no answer came",
  );
}
