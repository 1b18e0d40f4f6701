import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // The server writes the path of the page into its <base>.
  base: "./",
  plugins: [react()],
  build: {
    target: "es2022",
    // The policy of the page allows no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Licences of what the scripts contain.
    license: { fileName: "licenses.md" },
    reportCompressedSize: false,
    // A test of the server has the limit that matters: what is loaded first, compressed.
    chunkSizeWarningLimit: 1000,
  },
});
