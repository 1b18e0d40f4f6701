import { ApiError } from "../../../../errors/api-error.js";
import { custom, type Schema } from "../../../../schema/index.js";

export interface LoginRequest {
  readonly username: string;
  readonly password: string;
  /** As it is shown in a refusal; nothing is ever connected to. */
  readonly place: string;
}

const MISSING = "username or password keys not provided in form body";
const json = {
  type: "object",
  required: ["username", "password"],
  properties: {
    username: { type: "string", description: "Id or name of the API key.", example: "k_7f3k2m9q4w8x" },
    password: { type: "string", description: "The whole API key.", example: "hdb_k_7f3k2m9q4w8x_…" },
    host: { type: "string", description: "Ignored: the server connects to nothing.", default: "localhost" },
    port: { type: "integer", minimum: 0, maximum: 65535, description: "Checked, and ignored." },
  },
};

/** A login, as JSON or as a form, where every value is a text. Fields that Helium doesn't know are ignored, as there. */
export const loginRequest: Schema<LoginRequest> = custom(json, (body) => {
  const { username, password, host, port } = (typeof body === "object" && body !== null ? body : {}) as {
    readonly [name: string]: unknown;
  };
  if (!isGiven(username) || !isGiven(password)) throw new ApiError("INVALID_FIELD", MISSING);
  const number = portOf(port);
  const name = isGiven(host) ? host.slice(0, 253) : "localhost";
  return { username, password, place: number === undefined ? name : `${name}:${number}` };
});

function isGiven(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function portOf(port: unknown): number | undefined {
  if (port === undefined || port === null || port === "") return undefined;
  const number = /^\d{1,5}$/.test(String(port)) ? Number(port) : -1;
  if (number >= 0 && number <= 65_535) return number;
  const shown =
    typeof port === "string" ? port.slice(0, 100) : typeof port === "number" ? port : String(port).slice(0, 100);
  throw new ApiError("INVALID_FIELD", "Expecting port to be an integer from 0-65535", {
    relevantInput: { port: shown },
  });
}
