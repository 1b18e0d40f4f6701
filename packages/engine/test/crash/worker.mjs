import { readExactJson, writeExactJson } from "@heliosdb/port";
import { openWriter } from "../../dist/index.js";
import { perform } from "./actions.mjs";

// Opens a database, does one thing to it as the processes of a server do, and prints what came of it.
const { directory, clockOffsetMs, action } = readExactJson(process.argv[2]);
const writer = openWriter({ directory, clockOffsetMs });
console.log(writeExactJson(perform(writer, action) ?? null));
writer.close();
