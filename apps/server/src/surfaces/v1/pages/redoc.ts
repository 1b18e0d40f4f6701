import type { StaticPage } from "../../../http/pages/static-page.js";

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>HeliosDB API reference</title>
<style>body { margin: 0 }</style>
<link rel="icon" type="image/png" href="/v1/docs/favicon-32x32.png">
</head>
<body>
<div id="redoc"></div>
<script src="/v1/redoc/redoc.standalone.js"></script>
<script src="/v1/redoc/start.js"></script>
</body>
</html>
`;

const START = `Redoc.init(
  "/v1/openapi.json",
  {
    nativeScrollbars: true,
    theme: {
      typography: { fontFamily: "system-ui, sans-serif", headings: { fontFamily: "system-ui, sans-serif" } },
    },
  },
  document.getElementById("redoc"),
);
`;

/** ReDoc, to read the whole API as a page. */
export const REDOC: StaticPage = {
  path: "/v1/redoc",
  html: HTML,
  // It writes its styles into the page, draws icons from data: URLs, and searches in a worker that it makes from a blob.
  policy:
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; worker-src blob:; frame-ancestors 'none'",
  package: "redoc",
  folder: "bundles",
  types: { "redoc.standalone.js": "text/javascript; charset=utf-8" },
  // The small picture beside "API docs by Redocly", which is the only thing that the page would fetch from elsewhere.
  replaced: {
    "https://cdn.redoc.ly/redoc/logo-mini.svg":
      "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
  },
  own: { "start.js": START },
};
