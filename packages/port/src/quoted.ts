/** Longer strings are left to JSON.stringify, which is then as fast as looking. */
const LOOKED_AT = 64;
/** Characters that need no escape between two quotes. */
const PLAIN_TEXT = /^[\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]*$/;

/** A string as JSON. */
export function quoted(text: string): string {
  return text.length < LOOKED_AT && PLAIN_TEXT.test(text) ? `"${text}"` : JSON.stringify(text);
}
