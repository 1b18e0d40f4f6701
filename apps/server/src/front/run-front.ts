import type { IncomingMessage } from "node:http";
import { Worker } from "node:worker_threads";
import type { DatabaseHostFactory } from "../database-host/database-host-factory.js";
import type { OutsideLane } from "../database-host/outside-lane.js";
import { AccessLog } from "../http/logging/access-log.js";
import { ResponseBacklog } from "../http/response/response-backlog.js";
import { createLogger } from "../logging/logger.js";
import { RequestCounter } from "../metrics/request-counter.js";
import type { RateClass } from "../rate-limit/classes.js";
import type { Lease } from "../rate-limit/token-bucket.js";
import { SqlLimits } from "../sql/sql-limits.js";
import { query } from "../surfaces/v1/routes/sql/sql.operations.js";
import { v1Requests } from "../surfaces/v1/v1-requests.js";
import { TlsServers } from "../tls/tls-servers.js";
import { addressKey } from "../util/addresses.js";
import { Callers } from "./callers.js";
import { clientFinder } from "./client-facts.js";
import { Front } from "./front.js";
import { Leases } from "./leases.js";
import { MainLink } from "./main-link.js";
import { PassOn } from "./pass-on.js";
import type { CertificateText, FrontSettings, ToFront, WhoIs } from "./protocol.js";
import { ShortAnswer } from "./short-answer.js";
import { ShortPath } from "./short-path.js";

const COUNTS_MS = 1000;
/** Shorter requests aren't charged. */
const CHARGED_MS = 1000;

/** Makes this process a front of the one that started it. */
export function runFront(hosts: DatabaseHostFactory): void {
  // A terminal's Ctrl-C reaches the whole process group, but only main decides when to end.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => {});
  // The lifeline's thread ends this process, unless that thread is gone.
  process.on("disconnect", () => setTimeout(() => process.exit(1), 1000));
  let process_: FrontProcess | null = null;
  const link = new MainLink((message, handle) => {
    if ("start" in message) process_ = new FrontProcess(message.start, hosts, link);
    else void process_!.take(message, handle);
  });
}

/** The parts of a front, and what main tells them. */
class FrontProcess {
  private isDraining = false;
  private sentReads = 0;
  private listening = 0;
  private readonly requests = new RequestCounter();
  private readonly callers: Callers;
  private readonly leases: Leases;
  private readonly lane: OutsideLane;
  private readonly tls: TlsServers | null;
  private readonly front: Front;

  constructor(
    private readonly settings: FrontSettings,
    hosts: DatabaseHostFactory,
    private readonly link: MainLink,
  ) {
    new Worker(new URL("../bundle/lifeline.js", import.meta.url), { workerData: settings.folder }).unref();
    this.callers = new Callers(settings.generation, (whoIs) => link.ask<WhoIs>({ whoIs }));
    this.leases = new Leases(
      query.rate as RateClass,
      settings.enforcesLimits,
      (lease, caller) => link.ask<Lease>({ lease, caller }),
      (rateClass, caller, giveBack) => void link.tell({ giveBack, rateClass, caller }),
    );
    this.lane = hosts.lanes!.open(settings.lane, (database, weigh) => link.ask({ weigh, database }));
    this.tls = settings.certificate && new TlsServers(pairOf(settings.certificate));
    this.front = this.open();
    setInterval(() => this.tellCounts(), COUNTS_MS).unref();
  }

  async take(message: Exclude<ToFront, { start: unknown }>, handle: unknown): Promise<void> {
    if ("forget" in message) {
      this.callers.forget(message.forget);
      void this.link.tell({ forgot: message.forget });
    } else if ("grown" in message) {
      this.lane.grown(message.grown.database, message.grown.files);
    } else if ("close" in message) {
      await this.lane.closeDatabase(message.close);
      void this.link.tell({ closed: message.id });
    } else if ("certificate" in message) {
      this.tls?.use(pairOf(message.certificate));
      void this.link.tell({ hasCertificate: true });
    } else if ("listen" in message) await this.listen(message.listen, handle);
    else if ("count" in message) void this.tellCounts();
    else if ("drain" in message) await this.drain();
  }

  private open(): Front {
    const { settings, link, callers, leases, lane } = this;
    const log = createLogger(settings.logLevel);
    const { tls } = this;
    const v1 = v1Requests(settings.dialect);
    const backlog = new ResponseBacklog();
    const clientOf = clientFinder(settings.trustedProxies);
    const isDraining = () => this.isDraining;
    const ownerOf = (request: IncomingMessage) => {
      const { method = "", url = "", headers } = request;
      // Whoever isn't known by now is the next time.
      const caller = callers.find(v1.credentials({ method, url, headers }));
      return caller && "database" in caller ? caller.database : `from ${addressKey(clientOf(request).address)}`;
    };
    const passOn = new PassOn(settings.socketPath, clientOf, isDraining, ownerOf);
    const { maxTimeoutMs, maxRows, defaultTimeoutMs, maxBytes } = settings.sqlLimits;
    const answers = new ShortAnswer({
      v1,
      backlog,
      isDraining,
      hasCorsOrigins: settings.hasCorsOrigins,
      requests: this.requests,
      accessLog: new AccessLog(log, settings.accessLog),
      charge: (caller, charge) => {
        if (charge >= CHARGED_MS) void link.tell({ charge, caller });
      },
    });
    const path = new ShortPath({
      ...{ v1, callers, leases, lane, passOn, answers, clientOf, guardsHost: settings.guardsHost },
      limits: new SqlLimits(maxTimeoutMs, maxRows, defaultTimeoutMs, maxBytes),
    });
    const serve: ConstructorParameters<typeof Front>[0]["serve"] = (request, response) => {
      // What main refuses at its end is for main to say.
      if (this.isDraining) passOn.send(request, response, null, true);
      else path.serve(request, response);
    };
    return new Front({ v1, backlog, tls, passOn, ownerOf, serve }, settings.listeners);
  }

  private async listen(index: number, handle: unknown): Promise<void> {
    try {
      await this.front.listen(index, handle);
    } catch (error) {
      const { message, code = null } = error as NodeJS.ErrnoException;
      void this.link.tell({ cannotListen: message, code });
      return;
    }
    if (++this.listening === this.settings.listeners) void this.link.tell({ ready: true });
  }

  private async drain(): Promise<void> {
    this.isDraining = true;
    void this.link.tell({ draining: true });
    await this.front.drain();
    this.leases.close();
    this.lane.close();
    await this.tellCounts();
    process.exit(0);
  }

  private tellCounts(): Promise<void> {
    const { reads } = this.lane;
    const { user, system } = process.cpuUsage();
    const counts = {
      cells: this.requests.takeAll().map((cell) => ({ ...cell })),
      laneReads: reads - this.sentReads,
      cpuSeconds: (user + system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      inFlight: this.requests.inFlight,
    };
    this.sentReads = reads;
    return this.link.tell({ counts });
  }
}

function pairOf({ cert, key }: CertificateText): { cert: Buffer; key: Buffer } {
  return { cert: Buffer.from(cert), key: Buffer.from(key) };
}
