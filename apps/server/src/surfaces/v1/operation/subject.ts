import type { RequestInput } from "../../../http/context/request-context.js";
import type { Subject } from "../../../http/surface/operation.js";

/** The created object, as its response names it. */
interface Made {
  readonly key?: { readonly id?: unknown };
  readonly webhook?: { readonly id?: unknown };
}

type Texts = { readonly [name: string]: unknown } | null | undefined;

/** The branch and the second object, as the request or its result names them. */
export function subjectOf(
  path: string,
  { branch, ...others }: { readonly [name: string]: string },
  input: RequestInput | null,
  result: unknown,
): Subject {
  // Only validated values: a refused body may contain anything.
  const body = input?.body as Texts;
  const made = result as Made | undefined;
  const named = textOf(body?.name);
  const object =
    Object.values(others).join("/") ||
    textOf(body?.target) ||
    textOf((made?.key ?? made?.webhook)?.id) ||
    textOf(body?.id);
  const namesBranch = path === "/v1/branches";
  return { branch: branch ?? (namesBranch ? named : null), object: object ?? (namesBranch ? null : named) };
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
