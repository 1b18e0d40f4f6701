/** Advice for a failure to load the SQLite addon, which is downloaded or compiled when it is installed; null for others. */
export function addonAdvice(message: string): string | null {
  if (message.includes("Could not locate the bindings file")) {
    return (
      "better-sqlite3 has no SQLite addon here: its install script did not run. Allow it, which newer versions of npm ask " +
      'for: "npm pkg set --json allowScripts.better-sqlite3=true", then "npm rebuild better-sqlite3". Without a project: ' +
      "npx --allow-scripts=better-sqlite3 @heliosdb/server."
    );
  }
  if (message.includes("NODE_MODULE_VERSION")) {
    return `better-sqlite3 was installed with another version of Node than ${process.version}. Run: npm rebuild better-sqlite3`;
  }
  return null;
}
