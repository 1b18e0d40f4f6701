import { CopyNeeded, openReader } from "@heliosdb/engine";
import { serveReader } from "./serve.js";

serveReader({ openReader, CopyNeeded });
