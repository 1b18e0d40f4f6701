import { KEYED } from "./keyed.js";
import type { Kind } from "./kind.js";
import { LOOSE } from "./loose.js";
import { NAMES } from "./names.js";
import { REFERENCES } from "./references.js";

/** Parents before the tables that refer to them; the first is in every history. */
export const KINDS: readonly Kind[] = [...KEYED, ...LOOSE, ...NAMES, ...REFERENCES];
