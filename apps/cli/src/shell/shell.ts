import type { HeliosDBClient } from "@heliosdb/client";
import type { Output } from "./output.js";
import type { ShellSettings } from "./settings.js";

/** The things that the parts of a shell share. */
export interface Shell {
  readonly client: HeliosDBClient;
  readonly url: string;
  readonly settings: ShellSettings;
  readonly output: Output;
  /** Forgets what is known of tables and branches, after a statement that may have changed them. */
  forgetNames(): void;
}
