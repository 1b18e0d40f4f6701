import type { Credential } from "../auth/credential.js";
import type { Identity } from "../auth/identity.js";
import type { LogLevel } from "../logging/logger.js";
import type { RequestCounts } from "../metrics/request-counter.js";
import type { RateClass } from "../rate-limit/classes.js";
import type { Lease } from "../rate-limit/token-bucket.js";
import type { Dialect } from "../surfaces/v1/dialect/dialects.js";

/** The descriptor of the socket whose end tells a front that main is gone. */
export const LIFELINE_FD = 4;

/** A certificate and its key in PEM form. */
export interface CertificateText {
  readonly cert: string;
  readonly key: string;
}

/** The configuration of a front: plain JSON. */
export interface FrontSettings {
  /** The folder that contains nothing but main's socket. */
  readonly folder: string;
  readonly socketPath: string;
  /** Servers to make: one for each handle that follows. */
  readonly listeners: number;
  readonly dialect: Dialect;
  /** Whether pages of other origins may call. */
  readonly hasCorsOrigins: boolean;
  /** True where authentication is off. */
  readonly guardsHost: boolean;
  readonly trustedProxies: readonly string[];
  /** Null for plain HTTP. */
  readonly certificate: CertificateText | null;
  readonly logLevel: LogLevel;
  readonly accessLog: boolean;
  /** Whether a request beyond a rate limit is refused. */
  readonly enforcesLimits: boolean;
  readonly sqlLimits: {
    readonly maxTimeoutMs: number;
    readonly maxRows: number;
    readonly defaultTimeoutMs: number;
    readonly maxBytes: number;
  };
  readonly lane: unknown;
  readonly generation: number;
}

/** A caller with everything that a query needs to know. */
export interface KnownCaller {
  readonly identity: Identity;
  /** The tenant's database, by its id. */
  readonly database: string;
  /** Unix second at which the credential ends, or null. */
  readonly until: number | null;
}

export type Question =
  /** Answered with a WhoIs. */
  | { readonly whoIs: readonly Credential[] }
  /** Answered with a Lease. */
  | { readonly lease: RateClass; readonly caller: string }
  /** Answered by the host. */
  | { readonly weigh: unknown; readonly database: string };

export interface WhoIs {
  /** In which the verification began. */
  readonly generation: number;
  /** Null for nobody, and for whomever main alone can answer. */
  readonly who: KnownCaller | null;
}

export type { Lease };

/** Counts since the last message. */
export interface FrontCounts {
  readonly cells: readonly (RequestCounts & {
    readonly operation: string;
    readonly surface: string;
    readonly method: string;
  })[];
  readonly laneReads: number;
  /** CPU time since the front's start. */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  /** Requests in hand that the front answers itself. */
  readonly inFlight: number;
}

export type ToFront =
  | { readonly start: FrontSettings }
  /** Comes with a handle. */
  | { readonly listen: number }
  | { readonly answer: number; readonly value: unknown }
  | { readonly failed: number }
  | { readonly forget: number }
  | { readonly grown: { readonly database: string | null; readonly files: readonly string[] } }
  | { readonly certificate: CertificateText }
  | { readonly close: string; readonly id: number }
  /** The front sends its counts now. */
  | { readonly count: true }
  | { readonly drain: true };

export type FromFront =
  | { readonly ready: true }
  | { readonly draining: true }
  | { readonly hasCertificate: true }
  | { readonly cannotListen: string; readonly code: string | null }
  | { readonly ask: number; readonly question: Question }
  | { readonly forgot: number }
  | { readonly closed: number }
  | { readonly giveBack: number; readonly rateClass: RateClass; readonly caller: string }
  | { readonly charge: number; readonly caller: string }
  | { readonly counts: FrontCounts };
