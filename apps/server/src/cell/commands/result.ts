/** What a command has to say, and whether all is well. */
export interface CommandResult {
  readonly lines: readonly string[];
  readonly isWell: boolean;
}
