import { HeliosError } from "@heliosdb/port";
import { workerLost } from "../errors/errors.js";

/** What a caller is told where a writer process ended, or something unforeseen happened. */
export function toHeliosError(error: unknown): HeliosError {
  return error instanceof HeliosError ? error : workerLost();
}
