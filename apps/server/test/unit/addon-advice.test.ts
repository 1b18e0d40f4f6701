import { expect, it } from "vitest";
import { addonAdvice } from "../../dist/addon-advice.js";

it.each([
  [
    "Could not locate the bindings file. Tried:\n → /x/better_sqlite3.node",
    /its install script did not run.*"npm pkg set --json allowScripts.better-sqlite3=true", then "npm rebuild better-sqlite3"/,
  ],
  [
    "was compiled against a different Node.js version using\nNODE_MODULE_VERSION 127.",
    /Run: npm rebuild better-sqlite3/,
  ],
])("a failure to load the addon comes with advice: %j", (message, advice) => {
  expect(addonAdvice(message)).toMatch(advice);
});

it("other failures have none", () => expect(addonAdvice("The data folder /x is in use")).toBeNull());
