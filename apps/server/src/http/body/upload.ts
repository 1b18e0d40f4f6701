import type { IncomingMessage } from "node:http";
import { ApiError } from "../../errors/api-error.js";
import type { IncomingFile } from "../../files/files.service.js";
import { ANY_TYPE } from "../surface/operation.js";
import { liftBodyTime } from "./body-time.js";

/** A client that sends nothing for this long is gone. */
const IDLE_MS = 60_000;

/** A body that is no JSON: not read yet, and never held in memory. */
export class Upload implements IncomingFile {
  private constructor(
    private readonly body: IncomingMessage,
    private readonly maxBytes: number,
  ) {}

  /** Throws for a body of another type, or one that says that it is too large. */
  static accept(body: IncomingMessage, types: readonly string[], maxBytes: number): Upload {
    const { "content-type": type, "content-encoding": encoding, "content-length": length } = body.headers;
    // As HTTP has it, a body without a type may be taken for bytes.
    if (type !== undefined && !isAmong(types, type)) {
      const given = type.slice(0, 100);
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", `Unsupported media type '${given}'. Send the file as ${types[0]}.`);
    }
    if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
      throw new ApiError("UNSUPPORTED_MEDIA_TYPE", "Unsupported Content-Encoding. Send the file uncompressed.");
    }
    if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes);
    return new Upload(body, maxBytes);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    liftBodyTime(this.body);
    try {
      yield* this.chunks();
    } catch (error) {
      throw reported(error);
    }
  }

  private async *chunks(): AsyncGenerator<Buffer> {
    let size = 0;
    const idle = setTimeout(
      () => this.body.destroy(new ApiError("BAD_REQUEST", "The file ended before its announced length.")),
      IDLE_MS,
    );
    try {
      // The socket must outlive a failure, or the client would never hear of it.
      for await (const chunk of this.body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > this.maxBytes) throw tooLarge(this.maxBytes);
        idle.refresh();
        yield chunk;
      }
    } finally {
      clearTimeout(idle);
    }
  }
}

function isAmong(types: readonly string[], type: string): boolean {
  return types.includes(ANY_TYPE) || types.includes(type.replace(/;.*$/s, "").trim().toLowerCase());
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError("PAYLOAD_TOO_LARGE", `The file is too large. Expected at most ${maxBytes} bytes.`);
}

function reported(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  // Node's code for a client that went away.
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new ApiError("BAD_REQUEST", "The file ended before its announced length.");
  }
  return error;
}
