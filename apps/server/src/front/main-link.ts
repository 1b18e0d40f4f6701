import type { FromFront, Question, ToFront } from "./protocol.js";

interface Asked {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** A front's side of the channel to main. */
export class MainLink {
  private readonly asked = new Map<number, Asked>();
  private last = 0;

  /** @param onMessage gets everything but answers, in order */
  constructor(onMessage: (message: ToFront, handle: unknown) => void) {
    process.on("message", (raw: unknown, handle: unknown) => {
      const message = raw as ToFront;
      if ("answer" in message) this.take(message.answer)?.resolve(message.value);
      else if ("failed" in message) this.take(message.failed)?.reject(new Error("main could not answer"));
      else onMessage(message, handle);
    });
  }

  /** Resolves when it has been sent. */
  tell(message: FromFront): Promise<void> {
    // Without its channel this process is about to end.
    return new Promise((resolve) => process.send!(message, undefined, {}, () => resolve()));
  }

  ask<A>(question: Question): Promise<A> {
    return new Promise((resolve, reject) => {
      const id = ++this.last;
      this.asked.set(id, { resolve: resolve as (value: unknown) => void, reject });
      void this.tell({ ask: id, question });
    });
  }

  private take(id: number): Asked | undefined {
    const asked = this.asked.get(id);
    this.asked.delete(id);
    return asked;
  }
}
