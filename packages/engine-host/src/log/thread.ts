import { workerData } from "node:worker_threads";
import { serveLogs } from "./serve-logs.js";

serveLogs(workerData);
