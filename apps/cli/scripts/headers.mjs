import headers from "undici/lib/web/fetch/headers.js";

export const { Headers } = headers;
