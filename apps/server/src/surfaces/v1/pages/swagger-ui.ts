import type { StaticPage } from "../../../http/pages/static-page.js";
import type { Surface } from "../../../http/surface/surface.js";

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HeliosDB API</title>
<link rel="stylesheet" href="/v1/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/v1/docs/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/v1/docs/swagger-ui-bundle.js"></script>
<script src="/v1/docs/swagger-ui-standalone-preset.js"></script>
<script src="/v1/docs/start.js"></script>
</body>
</html>
`;

function startScript(others: readonly Surface[]): string {
  const urls = [
    { name: "HeliosDB", url: "/v1/openapi.json" },
    ...others.map(({ title, document }) => ({ name: title, url: `${document.path}.json` })),
  ];
  return `SwaggerUIBundle({
  urls: ${JSON.stringify(urls)},
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;
}

/** Swagger UI, in which requests can be tried out, with a choice of the surfaces' documents. */
export function swaggerUi(others: readonly Surface[]): StaticPage {
  return {
    path: "/v1/docs",
    html: HTML,
    // The UI writes style attributes and draws its icons from data: URLs.
    policy: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'",
    package: "swagger-ui-dist",
    folder: ".",
    types: {
      "swagger-ui.css": "text/css; charset=utf-8",
      "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
      "swagger-ui-standalone-preset.js": "text/javascript; charset=utf-8",
      "favicon-32x32.png": "image/png",
    },
    own: { "start.js": startScript(others) },
  };
}
