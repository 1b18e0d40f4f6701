/**
 * The packages that are published, each as one tarball. `bundled` packages lie in the tarball's own node_modules,
 * those that are `builtIn` in the built files, with all that they depend on; DESIGN.md has the reasons.
 */
export const PUBLISHED = [
  { folder: "packages/client", bundled: [] },
  {
    folder: "apps/cli",
    bundled: [],
    builtIn: ["@heliosdb/client", "commander", "csv-parse", "csv-stringify", "fast-string-width", "picocolors"],
  },
  {
    folder: "apps/server",
    bundled: [
      { name: "@heliosdb/engine-host" },
      { name: "@heliosdb/cell" },
      { name: "@heliosdb/engine" },
      { name: "@heliosdb/journal" },
      { name: "@heliosdb/store" },
      { name: "@heliosdb/port" },
      // Its built files hold all that it depends on.
      { name: "@heliosdb/console", without: "all", inlines: true },
      // Its one bundle holds all that it depends on.
      { name: "redoc", files: ["bundles/redoc.standalone.js*", "LICENSE"], without: "all" },
      {
        name: "swagger-ui-dist",
        files: [
          "swagger-ui.css",
          "swagger-ui-bundle.js*",
          "swagger-ui-standalone-preset.js*",
          "favicon-32x32.png",
          "LICENSE",
          "NOTICE",
        ],
        // It only reports installs to a third party.
        without: ["@scarf/scarf"],
      },
      // Ours is the swagger-ui-dist that it finds; one of its own would bring @scarf/scarf.
      { name: "@nestjs/swagger", files: ["dist", "index.*", "LICENSE"], without: ["swagger-ui-dist"] },
    ],
  },
];
