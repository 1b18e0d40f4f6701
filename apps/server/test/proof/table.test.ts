import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ErrorStatus } from "../../dist/errors/error-table.js";
import { errorWord } from "../../dist/surfaces/v1/dialect/error-status.js";
import { Promises } from "../support/promises.js";
import { TestTitles } from "../support/test-titles.js";
import { DOCUMENTS, documentedErrors, NAMES, PLACES, PROOFS, placesOf, writeProofs } from "./proofs.js";

// biome-ignore lint/suspicious/noExplicitAny: a document is read here as whoever reads it would
type Schema = any;
const OPENAPI = JSON.parse(readFileSync(new URL("../../../../openapi/openapi.json", import.meta.url), "utf8"));
const list = (names: string | undefined) => (names ?? "").split(" ").filter(Boolean);
const ids = Object.keys(DOCUMENTS.operations);

/**
 * The table of docs/reference/coverage.md is made of documents.json, which has what the two documents name, and of
 * proofs.json, which has a test for every name. After changes to the API:
 * `HELIOS_RECORD=/tmp/run.jsonl npx vitest run --project server http examples` writes down what each test sends and
 * gets, and the same with `proof/` in place of `http examples` finds tests for new names and keeps those that hold.
 */
describe("the table of coverage", () => {
  const recording = process.env.HELIOS_RECORD;
  it.runIf(recording !== undefined)("is written anew, and nothing is without a test", () => {
    expect(writeProofs(recording!)).toEqual([]);
  });

  it.each(ids)("has what the documents name of %s, all of which OpenAPI has", (id) => {
    const named = DOCUMENTS.operations[id]!;
    for (const document of Object.values(named)) {
      for (const place of PLACES) {
        const names = list(document[place]);
        expect(NAMES.of(id)[place]).toEqual(expect.arrayContaining(names));
        expect(Object.keys(PROOFS.operations[id]?.[place] ?? {})).toEqual(expect.arrayContaining(names));
      }
    }
  });

  it.each(ids)("has a row for everything that OpenAPI has of %s, and no other", (id) => {
    const { endpoint, ...places } = PROOFS.operations[id]!;
    expect(Object.keys(endpoint!)).toEqual([id]);
    for (const place of PLACES) {
      const names = placesOf(id).includes(place) ? NAMES.of(id)[place] : [];
      expect([place, Object.keys(places[place] ?? {}).sort()]).toEqual([place, [...names].sort()]);
    }
  });

  it("has every error of those operations, and no other", () => {
    expect(Object.keys(PROOFS.errors).sort()).toEqual(documentedErrors());
    expect(documentedErrors()).toEqual(expect.arrayContaining(list(DOCUMENTS.errors.specification)));
  });

  it("has the tutorial's statuses, each with its word", () => {
    const statuses = list(DOCUMENTS.statuses.tutorial);
    expect(Object.keys(PROOFS.statuses).sort()).toEqual([...statuses].sort());
    for (const [status, word] of statuses.map((one) => one.split("=")))
      expect(errorWord(Number(status) as ErrorStatus)).toBe(word);
  });

  it("has what any answer has: the envelope, the errors and the headers that OpenAPI shows", () => {
    const promises = new Promises(OPENAPI);
    const { SpecError, Error: LiteError } = OPENAPI.components.schemas;
    const namesOf = (schema: Schema, path = ""): string[] =>
      Object.entries<Schema>(promises.resolved(schema).properties ?? {}).flatMap(([name, part]) =>
        name === "details" ? [path + name] : [path + name, ...namesOf(part, `${path}${name}.`)],
      );
    const { answer, lite, spec, headers } = PROOFS.everyAnswer;
    expect(Object.keys(spec!).sort()).toEqual(namesOf(SpecError).sort());
    // Optional ones, and those that only one error has.
    const optional = ["details", "fields"];
    const own = namesOf(LiteError).filter((name) => !optional.includes(name) && !name.startsWith("conflicts"));
    expect(Object.keys(lite!).sort()).toEqual(own.sort());
    const envelope = namesOf(OPENAPI.components.schemas.SpecBranchResponse).filter((name) => !name.startsWith("data."));
    expect(Object.keys(answer!).sort()).toEqual(envelope.sort());
    expect(Object.keys(headers!).sort()).toEqual([...NAMES.headers("listBranches")].sort());
    for (const places of Object.values(DOCUMENTS.everyAnswer)) {
      for (const [place, names] of Object.entries(places)) {
        expect(Object.keys(PROOFS.everyAnswer[place]!)).toEqual(expect.arrayContaining(list(names)));
      }
    }
  });

  it("has the pages for people", () => {
    expect(Object.keys(PROOFS.pages)).toEqual(list(DOCUMENTS.pages.specification));
  });

  it("has the events of webhooks, which are those of OpenAPI", () => {
    const names = Object.keys(PROOFS.webhooks);
    expect(names).toEqual(list(DOCUMENTS.webhooks.specification));
    const events = names.filter((name) => name.startsWith("event=")).map((name) => name.replace("event=", ""));
    expect(events.sort()).toEqual([...OPENAPI.components.schemas.WebhookEvent.enum].sort());
  });

  it("names tests that exist", () => {
    const titles = new TestTitles();
    const tests = [
      ...Object.values(PROOFS.operations).flatMap((places) =>
        Object.values(places).flatMap((names) => Object.values(names!)),
      ),
      ...Object.values(PROOFS.errors),
      ...Object.values(PROOFS.statuses),
      ...Object.values(PROOFS.pages),
      ...Object.values(PROOFS.webhooks),
      ...Object.values(PROOFS.everyAnswer).flatMap((names) => Object.values(names)),
    ];
    expect([...new Set(tests)].filter((test) => !titles.has(test))).toEqual([]);
    expect(titles.has("http/data: there is no such test")).toBe(false);
  });
});
