/** The wall clock in whole seconds since 1970, by which credentials start and expire. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
