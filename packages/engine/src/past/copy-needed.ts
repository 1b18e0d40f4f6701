import type { CopyRequest } from "../api/api.js";

/** Thrown where the past can't be read, or only slowly, through shadows: have the writer make the copy and read again. */
export class CopyNeeded extends Error {
  override readonly name = "CopyNeeded";
  constructor(readonly request: CopyRequest) {
    super(`a copy of ${request.file} at SCN ${request.scn} is needed`);
  }
}
