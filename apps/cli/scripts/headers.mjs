import formData from "undici/lib/web/fetch/formdata.js";
import headers from "undici/lib/web/fetch/headers.js";

export const { FormData } = formData;
export const { Headers } = headers;
