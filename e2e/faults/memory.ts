import { childrenOf, KINDS, type Kind, residentBytes } from "./children.js";

const MB = 1024 * 1024;

interface Sample {
  readonly seconds: number;
  readonly bytes: number;
}

/** Memory of a server's processes, looked at from time to time. */
export class Memory {
  private readonly samples = new Map<Kind, Sample[]>(KINDS.map((kind) => [kind, []]));
  private readonly largest = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
  private readonly from = performance.now();

  constructor(private readonly main: number) {}

  /** All processes of a kind are one: they are killed and replaced. */
  look(): void {
    const seconds = (performance.now() - this.from) / 1000;
    const processes = [{ pid: this.main, kind: "main" as Kind }, ...childrenOf(this.main)];
    for (const kind of KINDS) {
      const bytes = processes.filter((one) => one.kind === kind).map(({ pid }) => residentBytes(pid));
      if (bytes.length === 0) continue;
      this.samples.get(kind)!.push({ seconds, bytes: bytes.reduce((sum, one) => sum + one, 0) / bytes.length });
      this.largest.set(kind, Math.max(this.largest.get(kind)!, ...bytes));
    }
  }

  largestOf(kind: Kind): number {
    return this.largest.get(kind)!;
  }

  /** Bytes a minute, by least squares, of the time after the first fifth, in which caches fill. */
  slopeOf(kind: Kind): number {
    const all = this.samples.get(kind)!;
    const late = all.slice(Math.floor(all.length / 5));
    if (late.length < 3) return 0;
    const mean = (pick: (sample: Sample) => number) => late.reduce((sum, one) => sum + pick(one), 0) / late.length;
    const [time, size] = [mean(({ seconds }) => seconds), mean(({ bytes }) => bytes)];
    const above = late.reduce((sum, { seconds, bytes }) => sum + (seconds - time) * (bytes - size), 0);
    const below = late.reduce((sum, { seconds }) => sum + (seconds - time) ** 2, 0);
    return (above / below) * 60;
  }

  get figures(): Record<string, string> {
    const seen = KINDS.filter((kind) => this.samples.get(kind)!.length > 0);
    return Object.fromEntries(
      seen.map((kind) => {
        const mean = this.samples.get(kind)!.at(-1)!.bytes / MB;
        const [most, slope] = [this.largestOf(kind) / MB, this.slopeOf(kind) / MB];
        const sign = slope < 0 ? "" : "+";
        return [
          kind,
          `${mean.toFixed(0)} MB at the end, ${most.toFixed(0)} at most, ${sign}${slope.toFixed(2)} a minute`,
        ];
      }),
    );
  }
}
