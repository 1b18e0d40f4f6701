import { readFileSync, writeFileSync } from "node:fs";
import { DocumentNames } from "../support/document-names.js";
import type { Recorded } from "../support/recording.js";

/** Where a name stands: in the request, in the answer of one dialect, or as the operation itself. */
export const PLACES = ["path", "query", "body", "words", "lite", "spec"] as const;
export type Place = (typeof PLACES)[number];
export type DocumentName = "tutorial" | "specification";

type Lists<K extends string> = { readonly [L in K]?: string };
/** What the two documents name, written down by hand: lists of names with blanks between them. */
export interface Documents {
  readonly operations: { readonly [id: string]: { readonly [D in DocumentName]?: Lists<Place> } };
  readonly errors: Lists<DocumentName>;
  readonly statuses: Lists<DocumentName>;
  /** Pages for people, which are no operations. */
  readonly pages: Lists<DocumentName>;
  /** What an event is told with. */
  readonly webhooks: Lists<DocumentName>;
  readonly everyAnswer: { readonly [D in DocumentName]: { readonly [place: string]: string } };
}

/** The test that proves each name. */
export interface Proofs {
  readonly operations: {
    readonly [id: string]: { readonly [P in Place | "endpoint"]?: { readonly [name: string]: string } };
  };
  readonly errors: { readonly [code: string]: string };
  readonly statuses: { readonly [status: string]: string };
  readonly pages: { readonly [path: string]: string };
  readonly webhooks: { readonly [name: string]: string };
  /** What any answer has: the envelope (`answer`), errors of both dialects, headers. */
  readonly everyAnswer: { readonly [place: string]: { readonly [name: string]: string } };
}

const here = (name: string) => new URL(name, import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(here(name), "utf8"));

export const DOCUMENTS: Documents = read("documents.json");
export const PROOFS: Proofs = read("proofs.json");
export const NAMES = new DocumentNames(read("../../../../openapi/openapi.json"));

/** The places of an operation that the table tells of: its answers in the dialects of the documents that have it. */
export function placesOf(id: string): readonly Place[] {
  const { tutorial, specification } = DOCUMENTS.operations[id] ?? {};
  return PLACES.filter((place) => (place === "lite" ? tutorial : place === "spec" ? specification : true));
}

/** Finds for each name of the document a test that sent or got it, as the recording of a run has it. */
export function writeProofs(recording: string): readonly string[] {
  const runs = readRecording(recording);
  const missing: string[] = [];
  /** The test that is named already, where it still holds; else the first that fits. */
  const choose = (what: string, known: string | undefined, tests: readonly string[]): string | undefined => {
    const test = known !== undefined && tests.includes(known) ? known : tests[0];
    if (test === undefined) missing.push(what);
    return test;
  };
  const seen = testsByKey(runs);
  const operations: { [id: string]: { [place: string]: { [name: string]: string } } } = {};
  for (const id of Object.keys(DOCUMENTS.operations)) {
    const all = NAMES.of(id);
    const known = PROOFS.operations[id];
    const own = runs.filter(({ operation }) => operation === id);
    const answered = own.filter(({ error }) => error === null).map(({ test }) => test);
    const endpoint = choose(`${id} itself`, known?.endpoint?.[id], answered);
    operations[id] = { endpoint: endpoint === undefined ? {} : { [id]: endpoint } };
    for (const place of placesOf(id)) {
      const proofs: { [name: string]: string } = {};
      for (const name of all[place]) {
        const here = own.filter((one) => namesIn(one, place).includes(name)).map(({ test }) => test);
        const elsewhere = seen.get(`${place} ${all.keys.get(`${place} ${name}`)}`) ?? [];
        const test = choose(`${id} ${place} ${name}`, known?.[place]?.[name], here.length > 0 ? here : elsewhere);
        if (test !== undefined) proofs[name] = test;
      }
      if (Object.keys(proofs).length > 0) operations[id][place] = proofs;
    }
  }
  const errors: { [code: string]: string } = {};
  for (const code of documentedErrors()) {
    const tests = runs.filter(({ error }) => error === code).map(({ test }) => test);
    const test = choose(
      `error ${code}`,
      PROOFS.errors[code],
      tests.length > 0 ? tests : [PROOFS.errors[code]!].filter(Boolean),
    );
    if (test !== undefined) errors[code] = test;
  }
  const { statuses, pages, webhooks, everyAnswer } = PROOFS;
  const made = { operations, errors, statuses, pages, webhooks, everyAnswer };
  writeFileSync(here("proofs.json"), `${JSON.stringify(made, null, 2)}\n`);
  return missing;
}

/** The codes of all operations that the documents name. */
export function documentedErrors(): readonly string[] {
  return [...new Set(Object.keys(DOCUMENTS.operations).flatMap((id) => NAMES.errors(id)))].sort();
}

function readRecording(path: string): readonly Recorded[] {
  return (
    readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Recorded)
      // These go over every route or take many for one, and so say little about each.
      .filter(({ test }) => !/^(http\/every-route|http\/hostile)/.test(test))
      .sort((a, b) => rank(a) - rank(b) || (a.test < b.test ? -1 : a.test > b.test ? 1 : 0))
  );
}

/** Tests by the field that they saw, in whatever operation it stood: a branch is the same wherever it is shown. */
function testsByKey(runs: readonly Recorded[]): ReadonlyMap<string, string[]> {
  const seen = new Map<string, string[]>();
  const keys = new Map(NAMES.ids().map((id) => [id, NAMES.of(id).keys]));
  for (const one of runs) {
    for (const place of PLACES) {
      for (const name of namesIn(one, place)) {
        const key = keys.get(one.operation)?.get(`${place} ${name}`);
        if (key === undefined) continue;
        const tests = seen.get(`${place} ${key}`);
        if (tests) tests.push(one.test);
        else seen.set(`${place} ${key}`, [one.test]);
      }
    }
  }
  return seen;
}

function namesIn(one: Recorded, place: Place): readonly string[] {
  if (place === "lite" || place === "spec") return one.dialect === place ? one.answer : [];
  // Every request names all of its path.
  return place === "path" ? NAMES.of(one.operation).path : one[place];
}

function rank({ test, dialect }: Recorded): number {
  if (test.startsWith(dialect === "spec" ? "examples/spec" : "examples/tutorial")) return 0;
  return test.startsWith("examples/") ? 1 : 2;
}
