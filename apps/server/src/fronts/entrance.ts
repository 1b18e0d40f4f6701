import type { ChildProcess } from "node:child_process";
import type { DatabaseHostPort } from "@heliosdb/port";
import type { Logger } from "pino";
import type { OutsideLanes } from "../database-host/outside-lane.js";
import type { CertificateText, FrontSettings } from "../front/protocol.js";
import type { FrontFigures } from "../metrics/front-families.js";
import type { CertificatePair } from "../tls/certificate.js";
import type { LiveCertificate } from "../tls/live-certificate.js";
import { Desk, type DeskParts } from "./desk.js";
import { startFrontProcess } from "./front-process.js";
import { ACCEPTORS } from "./front-slot.js";
import { Fronts } from "./fronts.js";
import { ListeningSocket } from "./listening-socket.js";
import { PrivateSocket } from "./private-socket.js";

export interface EntranceParts extends DeskParts {
  readonly host: DatabaseHostPort;
  readonly lanes: OutsideLanes;
  readonly log: Logger;
  readonly settings: Omit<FrontSettings, "folder" | "socketPath" | "listeners" | "lane" | "generation" | "certificate">;
  readonly tls: LiveCertificate | null;
}

/** The way into a server that has fronts: the address that they share, and the socket on which main serves them. */
export class Entrance {
  private fronts: Fronts | null = null;
  private ending: Promise<void> | null = null;

  private main: PrivateSocket | null = null;

  private constructor(
    private readonly address: ListeningSocket,
    private readonly children: readonly ChildProcess[],
  ) {}

  /** Binds an address, and starts processes for so many fronts, which load while main does. Rejects as `listen` does. */
  static async open(host: string, port: number, fronts: number): Promise<Entrance> {
    const address = await ListeningSocket.bind(host, port);
    return new Entrance(address, Array.from({ length: fronts }, startFrontProcess));
  }

  get port(): number {
    return this.address.port;
  }

  /** Where main is to listen. To be called when the data folder is locked. */
  pathIn(dataDir: string): string {
    this.main ??= new PrivateSocket(dataDir);
    return this.main.path;
  }

  async count(): Promise<void> {
    await this.fronts?.count();
  }

  get states(): readonly FrontFigures[] {
    return this.fronts?.states ?? [];
  }

  /** Requests in hand that fronts answer themselves. */
  get inFlight(): number {
    return this.fronts?.inFlight ?? 0;
  }

  /** To be called when main listens; resolves when all fronts do. */
  async start(parts: EntranceParts): Promise<void> {
    const { host, lanes, log, settings, authenticator, tls } = parts;
    const { folder, path: socketPath } = this.main!;
    const { handles } = this.address;
    this.main!.protect();
    this.fronts = new Fronts(this.children, {
      handles,
      log,
      desk: new Desk(parts),
      attach: (link) => lanes.attach(host, link),
      settings: (lane) => ({
        ...settings,
        ...{ folder, socketPath, lane },
        listeners: handles.length * ACCEPTORS,
        generation: authenticator.generation.current,
        certificate: tls && textOf(tls.current),
      }),
    });
    const { fronts } = this;
    authenticator.generation.follow(fronts);
    tls?.follow((pair) => fronts.useCertificate(textOf(pair)));
    await fronts.start();
  }

  /** Lets the fronts finish what they have in hand; resolves when all have ended. */
  end(): Promise<void> {
    this.ending ??= this.fronts?.end() ?? Promise.resolve();
    return this.ending;
  }

  close(): void {
    if (!this.fronts) for (const child of this.children) child.kill("SIGKILL");
    this.address.close();
    this.main?.remove();
  }
}

function textOf({ cert, key }: CertificatePair): CertificateText {
  return { cert: cert.toString(), key: key.toString() };
}
