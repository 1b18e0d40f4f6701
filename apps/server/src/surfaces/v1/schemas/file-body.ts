import type { IncomingFile } from "../../../files/files.service.js";
import { custom, type Schema } from "../../../schema/index.js";

/** The body of an operation that takes a file. */
export const fileBody: Schema<IncomingFile> = custom(
  { type: "string", format: "binary" },
  (value) => value as IncomingFile,
);
