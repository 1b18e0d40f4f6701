import { ERRORS, type ErrorCode, type ErrorStatus } from "../../../errors/error-table.js";
import type { JsonSchema, Schema } from "../../../schema/schema.js";
import type { Dialect } from "../dialect/dialects.js";
import { PRESENTERS } from "../formats/presenters.js";

type Part = { [name: string]: unknown };

const HEADERS: { readonly [name: string]: { readonly description: string; readonly schema: JsonSchema } } = {
  "X-RateLimit-Limit": { description: "Requests allowed in the window.", schema: { type: "integer", example: 100 } },
  "X-RateLimit-Remaining": { description: "Requests remaining.", schema: { type: "integer", example: 95 } },
  "X-RateLimit-Reset": {
    description: "Unix time at which the full limit is available again.",
    schema: { type: "integer", example: 1701446460 },
  },
  "Retry-After": { description: "Seconds to wait before the next attempt.", schema: { type: "integer", example: 1 } },
};

const PARAMETERS: { readonly [name: string]: Part } = {
  "Idempotency-Key": {
    in: "header",
    required: false,
    description:
      "Makes the request take effect once, however often it is sent within 24 hours: the same key and request get the " +
      "first response again, with `Idempotency-Replayed: true`. 1 to 255 visible ASCII characters, such as a UUID.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "8e03978e-40d5-43e8-bc93-6894a57f9324",
  },
  "Idempotency-After": {
    in: "header",
    required: false,
    description:
      "The `Idempotency-Key` of a request by the same caller that has to succeed before this one, which has a key as " +
      "well. If that one is still in progress, this one waits; if it did not succeed, this one is not run, and the " +
      "response is 409 `PREDECESSOR_FAILED`. So several requests can be on their way without changing places.",
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "36bc2f3f-6c27-4b4a-a4a5-f2b4c1f4f0a4",
  },
};

/** Collects the named parts of a document as its operations are described. */
export class Components {
  readonly schemas: Part = {};
  readonly headers: Part = {};
  readonly parameters: Part = {};
  readonly responses: Part = {};

  /** The JSON schema of a schema; every named schema in it becomes a component. */
  use(schema: Schema<unknown>): JsonSchema {
    this.collect(schema);
    return schema.json;
  }

  rateHeaders(): Part {
    return {
      ...this.header("X-RateLimit-Limit"),
      ...this.header("X-RateLimit-Remaining"),
      ...this.header("X-RateLimit-Reset"),
    };
  }

  header(name: keyof typeof HEADERS & string): Part {
    this.headers[name] = HEADERS[name];
    return { [name]: { $ref: `#/components/headers/${name}` } };
  }

  parameter(name: keyof typeof PARAMETERS & string): Part {
    this.parameters[name] = { name, ...PARAMETERS[name] };
    return { $ref: `#/components/parameters/${name}` };
  }

  /** A response that is the same for every operation, made when it is first needed. */
  response(name: string, make: () => Part): Part {
    this.responses[name] ??= make();
    return { $ref: `#/components/responses/${name}` };
  }

  errorExample(code: ErrorCode, status: ErrorStatus, dialect: Dialect): unknown {
    const report = { code, message: ERRORS[code].message, data: {}, headers: {} };
    return PRESENTERS[dialect].error(report, status, { requestId: "req_m3k9x2a1", elapsedMs: 3 });
  }

  private collect(schema: Schema<unknown>): void {
    const { component } = schema;
    if (component) {
      const known = this.schemas[component.name];
      if (known === component.schema) return;
      if (known !== undefined && JSON.stringify(known) !== JSON.stringify(component.schema)) {
        throw new Error(`two different schemas are called ${component.name}`);
      }
      this.schemas[component.name] = component.schema;
    }
    for (const part of schema.parts) this.collect(part);
  }
}
