import colors from "picocolors";

/**
 * Colours of text on stdout, for people: none where stdout is no terminal, or where NO_COLOR is set. Each adds no visible
 * character.
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
