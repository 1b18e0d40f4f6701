/** One conflict of a merge, as one line below the message. */
export function conflictText(key: string, column: unknown, source: unknown, target: unknown): string {
  const where = column === null || column === undefined ? key : `${key} ${column}`;
  return `  ${where}: source ${JSON.stringify(source)}, target ${JSON.stringify(target)}`;
}
