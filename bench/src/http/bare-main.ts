import cluster from "node:cluster";
import { createServer } from "node:http";

// The least that Node can do for a request: several processes, which read a body and send one constant.
const [port, processes, json] = process.argv.slice(2);
if (cluster.isPrimary) {
  for (let i = 0; i < Number(processes); i++) cluster.fork();
  process.once("SIGTERM", () => {
    for (const worker of Object.values(cluster.workers ?? {})) worker?.kill("SIGKILL");
    process.exit(0);
  });
} else {
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json!) };
  createServer((request, response) => {
    request.resume();
    request.once("end", () => response.writeHead(200, headers).end(json));
  }).listen(Number(port), "127.0.0.1");
}
