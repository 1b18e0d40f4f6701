import type { Case } from "./case.js";
import { VALUE_CASES } from "./values.js";
import { WRITE_CASES } from "./writes.js";

export type { Case, Subject } from "./case.js";

/** What any implementation of the port owes. */
export const CASES: readonly Case[] = [...VALUE_CASES, ...WRITE_CASES];
