/** What a person who waits wants to know, on one line of the terminal that is written again and again. */
export class ProgressLine {
  private readonly began = performance.now();
  private shownAt = 0;
  private isShown = false;

  /** @param size of the file, in the unit in which it is read; null if unknown */
  constructor(
    private readonly what: string,
    private readonly size: number | null,
    private readonly isOn = process.stderr.isTTY === true,
  ) {}

  /** @param rows in this run, and of the whole file so far */
  show(rows: { readonly now: number; readonly all: number }, read: number): void {
    const now = performance.now();
    if (!this.isOn || now - this.shownAt < 200) return;
    this.shownAt = now;
    this.isShown = true;
    process.stderr.write(`\r\x1b[K${progressText(this.what, rows, read, this.size, (now - this.began) / 1000)}`);
  }

  /** Removes the line. */
  end(): void {
    if (this.isShown) process.stderr.write("\r\x1b[K");
    this.isShown = false;
  }
}

export function progressText(
  what: string,
  rows: { readonly now: number; readonly all: number },
  read: number,
  size: number | null,
  seconds: number,
): string {
  const rate = Math.round(rows.now / Math.max(seconds, 0.001));
  const parts = [`${what}: ${grouped(rows.all)} rows`, `${grouped(rate)}/s`];
  if (size !== null && size > 0 && read > 0) {
    const share = Math.min(read / size, 1);
    parts.push(`${Math.floor(share * 100)}%`, `${duration((seconds * (1 - share)) / share)} left`);
  }
  return parts.join(", ");
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${whole % 60} s` : `${whole} s`;
}
