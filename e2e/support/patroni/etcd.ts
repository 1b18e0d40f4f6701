import { rmSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder, freePort } from "../../../packages/store/test/support/as-postgres.js";
import { until } from "../../../packages/store/test/support/postgres.js";
import { Daemon } from "./daemon.js";
import { PATRONI } from "./installed.js";

/** One etcd, which agrees with itself: machines of etcd are not what is tried here. */
export class Etcd {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly daemon: Daemon,
  ) {}

  static async start(): Promise<Etcd> {
    const [port, peers, folder] = [await freePort(), await freePort(), emptyFolder()];
    const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peers}`];
    const options = {
      "data-dir": join(folder, "data"),
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `default=${peer}`,
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const etcd = new Etcd(port, folder, new Daemon(folder, PATRONI!.etcd, args));
    try {
      await until(async () => {
        if (!etcd.daemon.isRunning) throw new Error(etcd.daemon.log);
        return (await fetch(`${client}/health`)).ok;
      });
    } catch (error) {
      await etcd.remove();
      throw error;
    }
    return etcd;
  }

  async remove(): Promise<void> {
    await this.daemon.end("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
