import type { SurfaceName, SurfaceSettings } from "../app/surfaces.js";

/**
 * Loads the web framework and the surfaces, which is most of what a start takes. Nothing of it needs a database, so it is
 * loaded while the engine's processes start; and by a standby, before it is to serve.
 */
export async function loadFramework(names: readonly SurfaceName[], settings: SurfaceSettings) {
  const [{ createApp }, { ServicesModule }, { loadSurfaces }] = await Promise.all([
    import("../app/create-app.js"),
    import("../app/services.module.js"),
    import("../app/surfaces.js"),
  ]);
  const surfaces = await loadSurfaces(names, settings, () => ServicesModule.preview());
  return { createApp, surfaces };
}
