import type { DynamicModule } from "@nestjs/common";
import type { Surface } from "../http/surface/surface.js";
import { Surfaces } from "../http/surface/surfaces.js";
import type { Dialect } from "../surfaces/v1/dialect/dialects.js";

type Services = () => DynamicModule;

/** The configuration of surfaces. */
export interface SurfaceSettings {
  /** The meaning of a JSON media type on `/v1`. */
  readonly dialect: Dialect;
  /** The path that clients see before the server's own, and that a proxy removes. */
  readonly publicPrefix: string;
}

/**
 * The surfaces beside `/v1`. Each is loaded only where it is served. The first that owns a path refuses what is not there:
 * one that owns the rest of a folder comes behind the others in it.
 */
const OTHERS = {
  rqlite: async (services: Services): Promise<Surface> =>
    (await import("../surfaces/rqlite/rqlite.surface.js")).rqliteSurface(services),
  helium: async (services: Services): Promise<Surface> =>
    (await import("../surfaces/helium/helium.surface.js")).heliumSurface(services),
  libsql: async (services: Services): Promise<Surface> =>
    (await import("../surfaces/libsql/libsql.surface.js")).libsqlSurface(services),
  sqlexec: async (services: Services, { publicPrefix }: SurfaceSettings): Promise<Surface> =>
    (await import("../surfaces/sqlexec/sqlexec.surface.js")).sqlexecSurface(services, publicPrefix),
};

export type SurfaceName = keyof typeof OTHERS;

export const SURFACE_NAMES = Object.keys(OTHERS) as readonly SurfaceName[];

/**
 * The surfaces of a server: `/v1`, and those of the others that it is to serve.
 * @param services what the controllers need, for a preview of the routes
 */
export async function loadSurfaces(
  names: readonly SurfaceName[],
  settings: SurfaceSettings,
  services: Services,
): Promise<Surfaces> {
  const inOrder = SURFACE_NAMES.filter((name) => names.includes(name));
  const [{ v1Surface }, ...others] = await Promise.all([
    import("../surfaces/v1/v1.surface.js"),
    ...inOrder.map((name) => OTHERS[name](services, settings)),
  ]);
  return new Surfaces([v1Surface(settings.dialect, services, others), ...others]);
}
