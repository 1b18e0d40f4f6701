/** An error of the protocol, with the code that clients know. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    // Part of ordinary traffic.
    this.stack = undefined;
  }
}
