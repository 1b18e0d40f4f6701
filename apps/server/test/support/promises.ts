import { expect } from "vitest";
import type { Answer } from "./http.js";
import { LITE, SPEC } from "./http.js";

// biome-ignore lint/suspicious/noExplicitAny: a document is read here as whoever reads it would
type Part = any;

/** The OpenAPI document, asked as a reader would ask it. */
export class Promises {
  constructor(private readonly document: Part) {}

  operation(method: string, path: string): Part {
    return this.document.paths[path]?.[method.toLowerCase()];
  }

  resolved(part: Part): Part {
    if (part?.$ref === undefined) return part;
    const names = part.$ref.replace(/^#\//, "").split("/");
    return this.resolved(names.reduce((place: Part, name: string) => place?.[name], this.document));
  }

  /** Codes of the errors that an operation may answer with under a status. */
  errors(operation: Part, status: number): readonly string[] {
    return this.resolved(operation.responses[status])?.["x-error-codes"] ?? [];
  }

  /** Every code of an operation, whatever its status. */
  allErrors(operation: Part): readonly string[] {
    return Object.keys(operation.responses).flatMap((status) => this.errors(operation, Number(status)));
  }

  /** An error must have the form of the dialect that was asked for, and be one that the operation promises. */
  expectError(operation: Part, answer: Answer, accept: string, status: number, code: string): void {
    const told = accept === SPEC ? answer.body?.error?.code : answer.body?.code;
    expect([operation.operationId, answer.status, told]).toEqual([operation.operationId, status, code]);
    expect(answer.headers.get("content-type")).toBe(accept);
    expect([operation.operationId, this.errors(operation, status)]).toEqual([
      operation.operationId,
      expect.arrayContaining([code]),
    ]);
    const { content } = this.resolved(operation.responses[status]);
    expect(Object.keys(content)).toContain(accept);
  }
}

export const VENDOR_TYPES = [LITE, SPEC] as const;
