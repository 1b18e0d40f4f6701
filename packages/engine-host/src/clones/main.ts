import { copyFiles, finishFile } from "@heliosdb/engine";
import { serveHelper } from "./serve.js";

serveHelper({ copyFiles, finishFile });
