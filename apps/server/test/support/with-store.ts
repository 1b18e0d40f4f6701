import { EngineHost } from "@heliosdb/engine-host";
import { giveStore } from "../../../../packages/engine-host/test/support/store-for-hosts.js";

giveStore(EngineHost);
