import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

export const DEPLOY = resolve(import.meta.dirname, "../../deploy");

export interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment: Readonly<Record<string, string>>;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
}

export interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly networks: Readonly<Record<string, { readonly ipam: { readonly config: readonly { subnet: string }[] } }>>;
}

// The server has the parser for its OpenAPI documents.
const { parse } = createRequire(join(DEPLOY, "../apps/server/package.json"))("yaml") as {
  parse(text: string, options: { readonly merge: boolean }): unknown;
};

/** The compose file with these variables. Throws for one that must be set and is not, as Compose does. */
export function composeWith(variables: Readonly<Record<string, string>>): Compose {
  const text = readFileSync(join(DEPLOY, "compose.yaml"), "utf8").replace(
    /\$\{([A-Z_]+)(?::\?([^}]+))?\}/g,
    (_, name: string, otherwise: string | undefined) => {
      const value = variables[name];
      if (!value && otherwise) throw new Error(`${name}: ${otherwise}`);
      return value ?? "";
    },
  );
  return parse(text, { merge: true }) as Compose;
}
