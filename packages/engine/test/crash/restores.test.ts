import { crashAtEveryStep } from "./scenario.js";
import { RESTORES } from "./scenarios/restores.js";

crashAtEveryStep(RESTORES);
