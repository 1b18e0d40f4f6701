import { crashAtEveryStep } from "./scenario.js";
import { CLONES } from "./scenarios/clones.js";

crashAtEveryStep(CLONES);
