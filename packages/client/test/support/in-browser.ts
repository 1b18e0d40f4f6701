/** These tests run in a browser's page as well, see `e2e/support/in-browser`. */
export const IN_BROWSER = "document" in globalThis;
