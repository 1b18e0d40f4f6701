import { crashAtEveryStep } from "./scenario.js";
import { MERGES } from "./scenarios/merges.js";

crashAtEveryStep(MERGES);
