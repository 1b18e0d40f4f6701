import type { PageSource } from "./page-source.js";

/** What happened to one file of a database. Names are relative to the database's folder. */
export type Operation =
  /** The file is there, and empty. */
  | { readonly do: "made"; readonly file: string }
  | { readonly do: "bytes"; readonly file: string; readonly offset: number; readonly bytes: Uint8Array }
  | {
      readonly do: "pages";
      readonly file: string;
      readonly pageSize: number;
      /** Pages that the file has afterwards. */
      readonly size: number;
      readonly pages: PageSource;
    }
  | { readonly do: "copied"; readonly from: string; readonly file: string }
  | { readonly do: "renamed"; readonly from: string; readonly file: string }
  | { readonly do: "removed"; readonly file: string };

/** All that one call of the writer did, in order. */
export type Operations = readonly Operation[];

/**
 * Pages and bytes may be written any number of times. Anything else must happen once, and what it reads must be there as
 * it was.
 */
export function isImage(operation: { readonly do: Operation["do"] }): boolean {
  return operation.do === "pages" || operation.do === "bytes";
}
