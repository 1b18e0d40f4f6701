/** Whether a name matches one of the globs: `*` is any text, `?` any one character. */
export function fitsAny(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => fits(glob, name));
}

/**
 * Walks both texts once, and back to the last `*` only, so that no glob costs more than its length times the name's.
 */
function fits(glob: string, name: string): boolean {
  let [g, n] = [0, 0];
  let [star, from] = [-1, 0];
  while (n < name.length) {
    if (glob[g] === "*") {
      star = g++;
      from = n;
    } else if (g < glob.length && (glob[g] === "?" || glob[g] === name[n])) {
      g++;
      n++;
    } else if (star >= 0) {
      g = star + 1;
      n = ++from;
    } else {
      return false;
    }
  }
  while (glob[g] === "*") g++;
  return g === glob.length;
}
