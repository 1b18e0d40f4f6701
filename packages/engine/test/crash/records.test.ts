import { crashAtEveryStep } from "./scenario.js";
import { RECORDS } from "./scenarios/records.js";

crashAtEveryStep(RECORDS);
