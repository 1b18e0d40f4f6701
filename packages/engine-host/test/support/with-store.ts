import { EngineHost } from "../../dist/index.js";
import { giveStore } from "./store-for-hosts.js";

giveStore(EngineHost);
