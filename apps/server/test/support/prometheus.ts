import { expect } from "vitest";

/** A page of metrics, read as strictly as its format is described. */
export class MetricsText {
  readonly types = new Map<string, string>();
  private readonly samples = new Map<string, number>();

  constructor(text: string) {
    expect(text.endsWith("\n")).toBe(true);
    let current = "";
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const about = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
      if (about) {
        const [, what, name, rest] = about as unknown as [string, string, string, string];
        if (what === "HELP") {
          expect([name, this.types.has(name)]).toEqual([name, false]);
          current = name;
        } else {
          expect([line, name, ["counter", "gauge", "histogram", "summary"].includes(rest)]).toEqual([
            line,
            current,
            true,
          ]);
          this.types.set(name, rest);
        }
        continue;
      }
      const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\S+)$/.exec(
        line,
      );
      if (!sample) throw new Error(`no line of the format: ${line}`);
      const [, name, labels = "", value] = sample as unknown as [string, string, string | undefined, string];
      const family = this.types.get(current) === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
      expect([line, family]).toEqual([line, current]);
      const number = Number(value === "+Inf" ? "Infinity" : value);
      expect([line, Number.isNaN(number) && value !== "Nan"]).toEqual([line, false]);
      const key = `${name}{${labels}}`;
      expect([key, this.samples.has(key)]).toEqual([key, false]);
      this.samples.set(key, number);
    }
  }

  /** The value with exactly these labels; 0 where there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const written = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
    return this.samples.get(`${name}{${written.join(",")}}`) ?? 0;
  }

  /** The buckets of a histogram in order, by their bounds. */
  buckets(name: string, labels: Readonly<Record<string, string>> = {}): [string, number][] {
    const start = Object.entries(labels)
      .map(([label, text]) => `${label}="${text}",`)
      .join("");
    return [...this.samples].flatMap(([key, value]) => {
      const prefix = `${name}_bucket{${start}le="`;
      return key.startsWith(prefix) ? [[key.slice(prefix.length, -2), value] as [string, number]] : [];
    });
  }
}
