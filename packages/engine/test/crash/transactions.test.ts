import { crashAtEveryStep } from "./scenario.js";
import { TRANSACTIONS } from "./scenarios/transactions.js";

crashAtEveryStep(TRANSACTIONS);
