/** Bytes of values in one answer: the process that reads it and the one that passes it on both hold it whole. */
export const DEFAULT_ANSWER_BYTES = 32 * 1024 * 1024;
