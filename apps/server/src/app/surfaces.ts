import type { DynamicModule } from "@nestjs/common";
import type { Surface } from "../http/surface/surface.js";
import { Surfaces } from "../http/surface/surfaces.js";
import type { Dialect } from "../surfaces/v1/dialect/dialects.js";

type Services = () => DynamicModule;

/** The surfaces beside `/v1`. Each is loaded only where it is served. */
const OTHERS = {
  rqlite: async (services: Services): Promise<Surface> =>
    (await import("../surfaces/rqlite/rqlite.surface.js")).rqliteSurface(services),
  sqlexec: async (services: Services): Promise<Surface> =>
    (await import("../surfaces/sqlexec/sqlexec.surface.js")).sqlexecSurface(services),
};

export type SurfaceName = keyof typeof OTHERS;

export const SURFACE_NAMES = Object.keys(OTHERS) as readonly SurfaceName[];

/**
 * The surfaces of a server: `/v1`, and those of the others that it is to serve.
 * @param services what the controllers need, for a preview of the routes
 */
export async function loadSurfaces(
  names: readonly SurfaceName[],
  dialect: Dialect,
  services: Services,
): Promise<Surfaces> {
  const inOrder = SURFACE_NAMES.filter((name) => names.includes(name));
  const [{ v1Surface }, ...others] = await Promise.all([
    import("../surfaces/v1/v1.surface.js"),
    ...inOrder.map((name) => OTHERS[name](services)),
  ]);
  return new Surfaces([v1Surface(dialect, services, others), ...others]);
}
