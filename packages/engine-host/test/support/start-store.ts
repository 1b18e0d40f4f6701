import { PROGRAMS } from "../../../store/test/support/postgres.js";
import { TestStore } from "../../../store/test/support/test-store.js";
import { STORE_PORTS } from "./store-for-hosts.js";

/** Starts a store for a project whose tests all have one. */
export default async function startStore(): Promise<() => Promise<void>> {
  if (PROGRAMS === null) throw new Error("PostgreSQL is not installed: apt-get install postgresql-15");
  const store = await TestStore.start();
  process.env[STORE_PORTS] = `${store.primary.port},${store.standby.port}`;
  return () => store.stop();
}
