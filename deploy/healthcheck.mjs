// Exits with 0 if the server on this machine responds, with 1 otherwise. It takes the server's own settings from the
// environment, so a port that is given as a flag is unknown here.
const { HELIOSDB_API_PORT: port = "8080", HELIOSDB_TLS_CERT: certificate } = process.env;
const { request } = await import(certificate ? "node:https" : "node:http");

// The certificate is for another name than this address, and nothing secret is sent.
const options = { host: "127.0.0.1", port, path: "/livez", timeout: 4000, rejectUnauthorized: false };
request(options, (response) => end(response.statusCode === 200 ? 0 : 1, `/livez: ${response.statusCode}`))
  .once("timeout", () => end(1, "/livez: no response in 4 seconds"))
  .once("error", (error) => end(1, `/livez: ${error.message}`))
  .end();

function end(code, message) {
  console.log(message);
  process.exit(code);
}
