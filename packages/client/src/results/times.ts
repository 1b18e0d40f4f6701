/** Answers carry whole seconds; the Date of one names that whole second when it is sent back as a point in time. */
export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

export function maybeDate(seconds: number | null): Date | null {
  return seconds === null ? null : dateOf(seconds);
}
