import picocolors from "picocolors";

const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
const isTerminal = process.stdout.isTTY === true && TERM !== "dumb";
// Asked for here, since the library also colours what is piped where a CI variable is set.
const colors = picocolors.createColors(!NO_COLOR && (FORCE_COLOR ? FORCE_COLOR !== "0" : isTerminal));

/**
 * Colours of text on stdout, for people: none where stdout is no terminal, unless FORCE_COLOR is set, and none with NO_COLOR.
 * Each adds no visible character.
 */
export const style = {
  heading: colors.bold,
  faint: colors.dim,
  added: colors.green,
  removed: colors.red,
  changed: colors.yellow,
  name: colors.cyan,
} as const;

export type Style = (text: string) => string;
