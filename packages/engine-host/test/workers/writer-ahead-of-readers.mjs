import { openWriter } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { serveWriter } from "../../dist/writers/serve.js";

/** The real writer, except that it does not know the file of the first copy that it is asked for. */
serveWriter({
  openWriter(options) {
    const writer = openWriter(options);
    const prepareCopy = writer.prepareCopy.bind(writer);
    let isFirst = true;
    writer.prepareCopy = (request) => {
      if (!isFirst) return prepareCopy(request);
      isFirst = false;
      throw new HeliosError("BRANCH_NOT_FOUND", "The branch was deleted while it was copied.");
    };
    return writer;
  },
});
