import type { RequestListener } from "node:http";
import type { Server, ServerOptions } from "node:https";
import type { Logger } from "pino";
import { type CertificatePair, checkPair, readTlsFiles, type TlsFiles } from "./certificate.js";
import { TlsServers } from "./tls-servers.js";

/** How often the files are read. Comparing them is cheap, and sees every way to replace a file. */
const LOOK_MS = 1000;
/** The two files can't be replaced at once, so a fault is told only when it was found so many times in a row. */
const SETTLED = 3;

/** The certificate of a server, which changes when its files do. A broken new pair leaves the old one in use. */
export class LiveCertificate {
  private readonly servers: TlsServers;
  private follower: ((pair: CertificatePair) => Promise<void>) | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;
  private fault = { message: "", times: 0 };

  private constructor(
    private readonly files: TlsFiles,
    private readonly log: Logger,
    private pair: CertificatePair,
  ) {
    this.servers = new TlsServers(pair);
  }

  /** Throws CertificateError if the files can't be used. */
  static async open(files: TlsFiles, log: Logger): Promise<LiveCertificate> {
    const certificate = new LiveCertificate(files, log, checkPair(await readTlsFiles(files), files));
    certificate.warnOfTime();
    certificate.lookAgain();
    return certificate;
  }

  get current(): CertificatePair {
    return this.pair;
  }

  /** An HTTPS server with this certificate, whichever it is at the time of a handshake. */
  createServer(options: ServerOptions, handler: RequestListener): Server {
    return this.servers.createServer(options, handler);
  }

  /** @param follower gets each certificate that replaces another, for servers elsewhere */
  follow(follower: (pair: CertificatePair) => Promise<void>): void {
    this.follower = follower;
  }

  /** Ends connections that are still in their handshakes, for which a closing server would wait. */
  endHandshakes(): void {
    this.servers.endHandshakes();
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private lookAgain(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => this.look().finally(() => this.lookAgain()), LOOK_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    try {
      const found = await readTlsFiles(this.files);
      if (!found.cert.equals(this.pair.cert) || !found.key.equals(this.pair.key)) {
        await this.use(checkPair(found, this.files));
      } else if (this.fault.times >= SETTLED) {
        this.log.info("the files of the certificate are in order again");
      }
      this.fault = { message: "", times: 0 };
    } catch (error) {
      this.note((error as Error).message);
    }
  }

  private async use(pair: CertificatePair): Promise<void> {
    this.servers.use(pair);
    this.pair = pair;
    await this.follower?.(pair);
    this.log.info({ valid_to: pair.validTo.toISOString() }, "the certificate was replaced");
    this.warnOfTime();
  }

  private note(message: string): void {
    this.fault = { message, times: message === this.fault.message ? this.fault.times + 1 : 1 };
    if (this.fault.times !== SETTLED) return;
    this.log.error({ reason: message }, "the changed certificate can't be used; the one before stays in use");
  }

  private warnOfTime(): void {
    const { validFrom, validTo } = this.pair;
    const now = Date.now();
    if (validFrom.getTime() <= now && now <= validTo.getTime()) return;
    const times = { valid_from: validFrom.toISOString(), valid_to: validTo.toISOString() };
    this.log.warn(times, "the certificate is not valid at this time");
  }
}
