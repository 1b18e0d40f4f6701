import { HeliosError, type PortErrorCode } from "@heliosdb/port";
import { expect } from "vitest";

/** Fails unless the call rejects with a HeliosError with this code; returns the error. */
export async function refused(code: PortErrorCode, call: Promise<unknown>): Promise<HeliosError> {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error, `${code} was expected`).toBeInstanceOf(HeliosError);
  expect((error as HeliosError).code).toBe(code);
  expect((error as HeliosError).message).not.toBe("");
  return error as HeliosError;
}
