import { adoptFile, copyFiles, finishFile } from "@heliosdb/engine";
import { serveHelper } from "./serve.js";

serveHelper({ adoptFile, copyFiles, finishFile });
