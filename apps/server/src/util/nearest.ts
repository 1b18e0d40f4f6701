/** The number of single-character edits from one word to the other; swapping two neighbours counts as one. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/** The word that was probably meant, or undefined if none is similar. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const plain = normal(word);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(plain, normal(name));
    if (!best || distance < best.distance) best = { name, distance };
  }
  const tolerance = Math.max(2, Math.floor(word.length / 3));
  return best && best.distance <= tolerance ? best.name : undefined;
}

/** `timeoutMs`, `timeout-ms` and `TIMEOUT_MS` count as one word; the length is limited, since the word is untrusted. */
function normal(word: string): string {
  return word.slice(0, 64).toLowerCase().replace(/[-_]/g, "");
}
