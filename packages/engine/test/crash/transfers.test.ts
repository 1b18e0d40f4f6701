import { crashAtEveryStep } from "./scenario.js";
import { TRANSFERS } from "./scenarios/transfers.js";

crashAtEveryStep(TRANSFERS);
