import type { ErrorDetails } from "@heliosdb/port";

/** How the engine's own names begin. */
const OWN = /_helios_/i;

/** What SQLite says of an error where it says anything, but for what names something of the engine's. */
export function sqliteText({ message, native }: Pick<ErrorDetails, "native"> & { readonly message: string }): string {
  return native === undefined || OWN.test(native.text) ? message : native.text;
}
