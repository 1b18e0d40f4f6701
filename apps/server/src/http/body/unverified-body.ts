declare module "../context/request-context.js" {
  interface RequestContext {
    /** Set until the body of a signed request has been verified: before that nobody looks into it. */
    unverified: UnverifiedBody | null;
  }
}

/** The body of a request whose caller is known only once it is there. */
export interface UnverifiedBody {
  /** Counts bytes as they arrive. Throws ApiError where there are too many. */
  hold(bytes: number): void;
  /** Settles who asks. Rejects with ApiError where nobody does. */
  verify(body: Buffer): Promise<void>;
}
