import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { FastifyInstance } from "fastify";
import type { Operation } from "../../dist/http/surface/operation.js";

/** A route as Fastify has it. */
export interface Route {
  readonly method: string;
  readonly url: string;
  readonly operation: Operation | undefined;
}

/** Runs `start`, and collects every route that the Fastify instances made meanwhile really have. */
export async function routesOf<T>(start: () => Promise<T>): Promise<{ readonly made: T; readonly routes: Route[] }> {
  const routes: Route[] = [];
  const listen = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook("onRoute", ({ method, url, config }) => {
      const { operation } = (config ?? {}) as { operation?: Operation };
      for (const one of [method].flat()) routes.push({ method: one, url, operation });
    });
  };
  subscribe("fastify.initialization", listen);
  try {
    return { made: await start(), routes };
  } finally {
    unsubscribe("fastify.initialization", listen);
  }
}
