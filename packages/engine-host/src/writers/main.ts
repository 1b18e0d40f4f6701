import { openWriter } from "@heliosdb/engine";
import { serveWriter } from "./serve.js";

serveWriter({ openWriter });
