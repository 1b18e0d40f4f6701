import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openCatalog } from "../../dist/catalog/open-catalog.js";
import { TenantDirectory } from "../../dist/catalog/tenant-directory.js";

/** A directory of a cell's tenants, with one of them. */
async function begun() {
  const folder = mkdtempSync(join(tmpdir(), "helios-departing-"));
  const catalog = await openCatalog(folder);
  onTestFinished(async () => {
    await catalog.destroy();
    rmSync(folder, { recursive: true });
  });
  const registered = new Set<string>();
  const registry = {
    addTenant: async (name: string) => void registered.add(name),
    removeTenant: async (name: string) => void registered.delete(name),
    addKey: async () => {},
  };
  const host = { database: () => ({}), dropDatabase: async () => {} };
  const open = () => TenantDirectory.open(catalog, host as never, true, registry);
  const tenants = await open();
  return { tenants, open, registered, acme: await tenants.create("acme") };
}

it("a tenant that departs is served by nobody, now or after a start, and can't be deleted or made again", async () => {
  const { tenants, open, acme } = await begun();
  await tenants.depart(acme);
  await tenants.depart(acme);
  for (const each of [tenants, await open()]) {
    expect([each.find("acme"), each.leaving]).toEqual([undefined, ["acme"]]);
    const refused = { code: "NOT_ACTIVE" };
    await expect(each.delete(acme)).rejects.toMatchObject(refused);
    await expect(each.create("acme")).rejects.toMatchObject(refused);
    await expect(each.admit("acme", true)).rejects.toMatchObject(refused);
  }
  await tenants.stay(acme);
  expect([tenants.find("acme")?.id, tenants.leaving]).toEqual([acme.directory, []]);
  await tenants.delete(acme);
});

it("one that is deleted does not depart, and does not stay", async () => {
  const { tenants, registered, acme } = await begun();
  const deletion = tenants.delete(acme);
  await expect(tenants.depart(acme)).rejects.toThrow("is being deleted");
  await deletion;
  await expect(tenants.depart(acme)).rejects.toThrow("was deleted");
  await tenants.stay(acme);
  expect([tenants.find("acme"), tenants.leaving, [...registered]]).toEqual([undefined, [], []]);
});

it("a tenant of the same name begins after the deletion of the one before", async () => {
  const { tenants, registered, acme } = await begun();
  const [, made] = await Promise.all([tenants.delete(acme), tenants.create("acme")]);
  expect(made.directory).not.toBe(acme.directory);
  expect([tenants.find("acme")?.id, [...registered]]).toEqual([made.directory, ["acme"]]);
});
