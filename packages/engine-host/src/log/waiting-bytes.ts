/** How long after a change the parent of the process may hear of it, in ms. */
const TELL_MS = 100;

/** Bytes that wait in the logs of this process. Each confirmation tells how many; where none comes, a message does. */
export class WaitingBytes {
  private bytes = 0;
  private told = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly tell: (bytes: number) => void) {}

  add(bytes: number): void {
    this.bytes += bytes;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.bytes !== this.told) this.tell(this.now());
    }, TELL_MS).unref();
  }

  remove(bytes: number): void {
    this.bytes -= bytes;
  }

  /** The number, which its caller tells. */
  now(): number {
    this.told = this.bytes;
    return this.bytes;
  }
}
