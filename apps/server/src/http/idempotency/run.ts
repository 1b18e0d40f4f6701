/** A request with an Idempotency-Key that is under way. */
export class Run {
  /** Resolves with whether it took effect, as soon as that is known. */
  readonly succeeded: Promise<boolean>;
  /** Says so, once. */
  readonly end: (succeeded: boolean) => void;

  constructor(readonly fingerprint: string) {
    let end: (succeeded: boolean) => void = () => {};
    this.succeeded = new Promise((resolve) => {
      end = resolve;
    });
    this.end = end;
  }
}
