/** Null where programs are not installed: then tests that need them are skipped, which this says. In CI that is a failure. */
export function installed<T>(found: T | null, names: string, packages: string): T | null {
  if (found !== null) return found;
  const how = `apt-get install ${packages}`;
  if (process.env.CI === "true") throw new Error(`${names} must be installed in CI: ${how}`);
  console.log(`Without ${names} some tests are skipped: ${how}`);
  return null;
}
