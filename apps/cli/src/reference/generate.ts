import { mkdirSync, writeFileSync } from "node:fs";
import { manPage } from "./man-page.js";
import { referencePage } from "./page.js";

write(new URL("../../../../docs/reference/", import.meta.url), "cli.md", referencePage());
write(new URL("../../man/", import.meta.url), "helios.1", manPage());

function write(folder: URL, name: string, text: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(name, folder), text);
}
