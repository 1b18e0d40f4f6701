/** Responses have whole seconds. Sent back as a point in time, such a Date means that whole second. */
export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

export function maybeDate(seconds: number | null): Date | null {
  return seconds === null ? null : dateOf(seconds);
}
