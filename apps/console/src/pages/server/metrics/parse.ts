export interface Measured {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A page of metrics, by name. */
export type Metrics = ReadonlyMap<string, readonly Measured[]>;

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED: Readonly<Record<string, string>> = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** Reads Prometheus' text format. Lines that are none are passed over. */
export function parseMetrics(text: string): Metrics {
  const found = new Map<string, Measured[]>();
  for (const each of text.split("\n")) {
    const [, name, labels = "", value] = LINE.exec(each) ?? [];
    if (name === undefined || value === undefined) continue;
    const known = found.get(name) ?? [];
    known.push({ labels: labelsOf(labels), value: numberOf(value) });
    found.set(name, known);
  }
  return found;
}

function labelsOf(text: string): Record<string, string> {
  const entries = [...text.matchAll(LABEL)].map(([, name, value]) => [
    name,
    value?.replaceAll(/\\[n"\\]/g, (pair) => ESCAPED[pair] ?? pair),
  ]);
  return Object.fromEntries(entries);
}

function numberOf(text: string): number {
  if (text === "+Inf") return Number.POSITIVE_INFINITY;
  return text === "-Inf" ? Number.NEGATIVE_INFINITY : Number(text);
}

/** The sum of all that have these labels; null where there is none. */
export function sumOf(metrics: Metrics, name: string, labels: Readonly<Record<string, string>> = {}): number | null {
  const wanted = Object.entries(labels);
  const some = (metrics.get(name) ?? []).filter((each) => wanted.every(([key, value]) => each.labels[key] === value));
  return some.length === 0 ? null : some.reduce((sum, { value }) => sum + value, 0);
}

/** Sums by the value of one label. */
export function byLabel(metrics: Metrics, name: string, label: string): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { labels, value } of metrics.get(name) ?? []) {
    const key = labels[label];
    if (key !== undefined) sums.set(key, (sums.get(key) ?? 0) + value);
  }
  return sums;
}
