/** One cell of a Markdown table: code on one line. */
export function codeCell(text: string): string {
  return text === "" ? "" : `\`${text.replace(/\s*\\?\n\s*/g, " ").replaceAll("|", "\\|")}\``;
}

export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [headings, headings.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
