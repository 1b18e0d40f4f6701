import { crashAtEveryStep } from "./scenario.js";
import { RETENTION } from "./scenarios/retention.js";

crashAtEveryStep(RETENTION);
