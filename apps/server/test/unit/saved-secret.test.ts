import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { damagedSecrets, savedSecret } from "../../dist/auth/saved-secret.js";

const folder = mkdtempSync(join(tmpdir(), "helios-saved-secret-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, "jwt.secret");
const made = () => "made-by-the-server-itself";

it("a secret is made once, for its owner alone", () => {
  expect(savedSecret(folder, "jwt.secret", made)).toEqual({ value: made(), isNew: true });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(damagedSecrets(folder)).toEqual([]);
  expect(savedSecret(folder, "jwt.secret", () => "another")).toEqual({ value: made(), isNew: false });
});

it.each([
  ["empty", ""],
  ["cut in half", made().slice(0, 12)],
  ["of bytes that are no text", "\u0000\ufffd\u0001".repeat(12)],
  ["of two lines", `${made()}\n${made()}`],
])("a file that is %s is refused, and left as it is", (_, content) => {
  writeFileSync(file, content);
  const damaged = "jwt.secret is damaged: expected at least 24 characters";
  expect(() => savedSecret(folder, "jwt.secret", made)).toThrow(damaged);
  expect(damagedSecrets(folder)).toEqual([expect.stringContaining(damaged)]);
  expect(readFileSync(file, "utf8")).toBe(content);
});
