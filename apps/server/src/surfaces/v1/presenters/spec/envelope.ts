import type { ResponseMeta } from "../../../../http/surface/response-format.js";
import { boolean, integer, named, objectOf, type Schema, text } from "../../../../schema/index.js";
import type { View } from "../view/view.js";

export const meta = named(
  "SpecMeta",
  objectOf({
    request_id: text({ example: "req_m3k9x2a1" }),
    execution_time_ms: integer({ description: "Duration of the request in milliseconds.", example: 45 }),
  }),
);

export function presentMeta(context: ResponseMeta) {
  return { request_id: context.requestId, execution_time_ms: context.elapsedMs };
}

/** Puts `{success, data, meta}` around a view, in its schema and in its body. */
export function enveloped<D>(inner: View<D>): View<D> {
  const schema = inner.schema as Schema<unknown>;
  const whole = objectOf({ success: boolean({ example: true }), data: schema, meta });
  return {
    schema: schema.component ? named(`${schema.component.name}Response`, whole) : whole,
    present: (result, context) => ({ success: true, data: inner.present(result, context), meta: presentMeta(context) }),
  };
}
