import type { CopyRequest } from "../api/api.js";

/**
 * Thrown if a past state can't be read through shadows, or only slowly: let the writer make the copy, and read again.
 */
export class CopyNeeded extends Error {
  override readonly name = "CopyNeeded";
  constructor(readonly request: CopyRequest) {
    super(`a copy of ${request.file} at SCN ${request.scn} is needed`);
  }
}
