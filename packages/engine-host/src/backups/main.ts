import { HeldFiles } from "@heliosdb/engine";
import { serveBackup } from "./serve.js";

serveBackup(new HeldFiles());
