import { type FieldOption, fieldOption } from "./field-option.js";

/** Options of commands whose change must not be made twice. */
export interface RepeatableCommand {
  readonly idempotencyKey?: string;
}

export function idempotencyOption(): FieldOption {
  return fieldOption("Idempotency-Key", "--idempotency-key <key>", {
    help: "take effect only once per key within 24 hours, and retry where no response came",
  });
}
