import { mkdirSync, writeFileSync } from "node:fs";
import { referencePage } from "./page.js";

const folder = new URL("../../../../docs/reference/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("cli.md", folder), referencePage());
