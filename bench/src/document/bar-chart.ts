export interface Bar {
  readonly name: string;
  /** Null where there is no figure. */
  readonly value: number | null;
}
export interface Group {
  readonly label: string;
  readonly bars: readonly Bar[];
}
export interface Chart {
  readonly title: string;
  /** What the bars' length says. */
  readonly note: string;
  readonly groups: readonly Group[];
  readonly format: (value: number) => string;
}

const COLORS = ["#2563eb", "#7dabf8", "#d97706", "#6b7280", "#16a34a"];
const WIDTH = 760;
const LEFT = 16;
const NAMES = 190;
const BAR = 14;
const GAP = 4;
const GROUP_GAP = 14;
const LABELS = 90;

/**
 * Draws groups of bars as SVG. In each group the longest bar stands for its largest value, so that groups of very
 * different sizes can stand below each other.
 */
export function barChart({ title, note, groups, format }: Chart): string {
  const parts: string[] = [];
  const names = [...new Set(groups.flatMap(({ bars }) => bars.map(({ name }) => name)))];
  let y = 68;
  for (const { label, bars } of groups) {
    parts.push(text(LEFT, y, label, "bold"));
    y += 8;
    const largest = Math.max(...bars.map(({ value }) => value ?? 0));
    for (const { name, value } of bars) {
      parts.push(text(LEFT, y + BAR - 3, name));
      const length = largest === 0 ? 0 : ((value ?? 0) / largest) * (WIDTH - LEFT - NAMES - LABELS);
      const x = LEFT + NAMES;
      if (value !== null) {
        const fill = COLORS[names.indexOf(name) % COLORS.length];
        parts.push(`<rect x="${x}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${fill}"/>`);
      }
      parts.push(text(x + length + 6, y + BAR - 3, value === null ? "not measured" : format(value)));
      y += BAR + GAP;
    }
    y += GROUP_GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">
<title>${escaped(title)}</title>
<style>text { font: 12px system-ui, sans-serif; fill: #1f2937 } .bold { font-weight: 600 } .title { font-size: 15px; font-weight: 600 } .note { fill: #6b7280 }</style>
<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>
${text(LEFT, 22, title, "title")}
${text(LEFT, 40, note, "note")}
${parts.join("\n")}
</svg>
`;
}

function text(x: number, y: number, content: string, style?: string): string {
  const of = style === undefined ? "" : ` class="${style}"`;
  return `<text x="${x.toFixed(1).replace(".0", "")}" y="${y}"${of}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
