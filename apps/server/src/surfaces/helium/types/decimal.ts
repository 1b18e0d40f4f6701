const PARTS = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** Whether a double has all digits of a decimal text: its shortest text is the same number. */
export function hasAllDigits(value: number, text: string): boolean {
  return canonical(String(value)) === canonical(text);
}

/** The same text for each way of writing a number: its digits, and the power of ten behind them. */
function canonical(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = PARTS.exec(text.trim()) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = digits.replace(/0+$/, "");
  if (significant === "") return "0";
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign === "-" ? "-" : ""}${significant}e${power}`;
}
