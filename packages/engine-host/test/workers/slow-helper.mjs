import { adoptFile, copyFiles, finishFile } from "@heliosdb/engine";
import { serveHelper } from "../../dist/clones/serve.js";

/** The real helper, with time to look at each of its steps. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 600);

serveHelper({
  adoptFile,
  copyFiles(job) {
    pause();
    copyFiles(job);
  },
  finishFile(job) {
    pause();
    finishFile(job);
  },
});
