import { EMBEDDED_HOSTS } from "./embedding/embedded-hosts.js";
import { runFront } from "./front/run-front.js";

runFront(EMBEDDED_HOSTS);
