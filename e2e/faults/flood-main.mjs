import { connect } from "node:net";

/**
 * Sends the same request on many connections again and again as soon as it is answered, whatever the answer is: clients
 * that don't mind Retry-After. Prints the numbers of answers by status when it is told to end. It is a process of its own,
 * so that its work doesn't make the times longer that others measure.
 */
const [port, connections, ...requests] = process.argv.slice(2);
const counts = {};
let isOver = false;
const sockets = new Set();

function open(text) {
  const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
  sockets.add(socket);
  let left = 0;
  let head = "";
  socket.setEncoding("latin1").on("data", (part) => {
    for (let at = 0; at < part.length; ) {
      if (left > 0) {
        const taken = Math.min(left, part.length - at);
        left -= taken;
        at += taken;
      } else {
        head += part.slice(at);
        at = part.length;
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) continue;
        const status = head.slice(9, 12);
        counts[status] = (counts[status] ?? 0) + 1;
        left = Number(/content-length: (\d+)/i.exec(head.slice(0, end))?.[1] ?? 0);
        const rest = head.length - end - 4;
        head = "";
        at -= rest;
      }
      if (left === 0 && head === "" && !isOver) socket.write(text);
    }
  });
  let why = "ended";
  socket.on("error", ({ code, syscall }) => {
    why = `${syscall} ${code}`;
  });
  socket.on("close", () => {
    sockets.delete(socket);
    if (isOver) return;
    // Only what the server should not have done has a reason.
    counts[`cut: ${why}`] = (counts[`cut: ${why}`] ?? 0) + 1;
    setTimeout(() => isOver || open(text), 100);
  });
}

for (let n = 0; n < Number(connections); n++) open(requests[n % requests.length]);
process.stdin.resume();
process.stdin.on("end", () => {
  isOver = true;
  for (const socket of sockets) socket.destroy();
  console.log(JSON.stringify(counts));
  process.exit(0);
});
