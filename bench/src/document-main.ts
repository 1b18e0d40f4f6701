import { fileURLToPath } from "node:url";
import { writeDocument } from "./document/write.js";

writeDocument(fileURLToPath(new URL("../../docs", import.meta.url)));
