import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { makeProgram } from "../dist/program/program.js";
import { manPage } from "../dist/reference/man-page.js";
import { commandsOf, synopsisOf } from "../dist/reference/parts.js";
import { plain, typeset } from "../dist/reference/roff.js";

const hasGroff = spawnSync("groff", ["--version"]).status === 0;
if (!hasGroff && process.env.CI) throw new Error("groff is needed by these tests and is not installed");

describe.skipIf(!hasGroff)("the manual page", () => {
  const { stdout, stderr } = spawnSync(
    "groff",
    ["-man", "-Tascii", "-ww", "-P-c", "-P-b", "-P-u", "-P-o", "-rLL=200n"],
    {
      input: manPage(),
      encoding: "utf8",
    },
  );

  it("is read by groff without a warning", () => expect(stderr).toBe(""));

  it("has every command, every option and every section", () => {
    const program = makeProgram();
    const shown = stdout.replace(/\s+/g, " ");
    for (const command of commandsOf(program)) {
      expect(shown).toContain(synopsisOf(command));
      expect(shown).toContain(command.description());
      for (const { flags } of command.options) expect(shown).toContain(flags);
    }
    for (const title of ["NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "ENVIRONMENT", "EXIT STATUS"]) {
      expect(stdout).toMatch(new RegExp(`^${title}$`, "m"));
    }
    expect(shown).toContain("HELIOSDB_CA File with the CA certificates");
  });
});

it("text is no request of roff's, and keeps its characters", () => {
  expect(plain(".helios isn't -x\\n")).toBe("\\&.helios isn\\(aqt \\-x\\(rsn");
  expect(typeset("-o, --output <format>")).toBe("\\fB\\-o, \\-\\-output \\fR\\fI<format>\\fR");
});
