/** The wall clock in whole seconds since 1970, by which credentials begin and end. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
