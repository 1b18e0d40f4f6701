import { describe, expect, it } from "vitest";
import { CellDirectory } from "../../dist/cell/many/cell-directory.js";
import { OtherCells } from "../../dist/cell/many/other-cells.js";
import { tenantClues } from "../../dist/http/checks/tenant-clues.js";

type Place = { tenant: string; cell: string; url: string | null; isMoving: boolean };
const there: Place = { tenant: "shop", cell: "b", url: "http://b:1", isMoving: false };

/** A node of the cell a, for which the store says what `find` returns. */
function node(find: (clue: unknown) => Promise<Place | null>) {
  const here = new Set<string>();
  const keys = new Map<string, string>();
  const sent: string[] = [];
  let fails = false;
  const directory = new CellDirectory({ find } as never, "a");
  const passingOn = {
    passOn: async (url: string) => {
      sent.push(url);
      if (fails) throw new Error("nobody listens");
    },
  };
  const cells = new OtherCells(
    directory,
    { find: (name: string) => (here.has(name) ? {} : undefined) } as never,
    { tenantOf: async (id: string) => keys.get(id) ?? null } as never,
    passingOn as never,
    false,
  );
  const request = { raw: { headers: {}, socket: {} }, ip: "203.0.113.7", originalUrl: "/v1/branches" };
  const passOn = (clue: { tenant: string } | { key: string }) =>
    cells.passOn(request as never, { raw: {}, hijack: () => {} } as never, [clue]);
  return { here, keys, sent, cells, directory, passOn, fail: (how: boolean) => (fails = how) };
}

describe("requests for tenants of other cells", () => {
  it("go where the store says, which is asked once for a while", async () => {
    let asked = 0;
    const { passOn, sent } = node(async () => {
      asked++;
      return there;
    });
    expect([await passOn({ tenant: "shop" }), await passOn({ tenant: "shop" }), await passOn({ key: "k_1" })]).toEqual([
      true,
      true,
      true,
    ]);
    expect([asked, sent]).toEqual([2, ["http://b:1", "http://b:1", "http://b:1"]]);
  });

  it("are looked up again where the node that was said to serve them does not answer", async () => {
    let asked = 0;
    const { passOn, fail } = node(async () => {
      asked++;
      return there;
    });
    fail(true);
    await expect(passOn({ tenant: "shop" })).rejects.toThrow("nobody listens");
    fail(false);
    expect([await passOn({ tenant: "shop" }), asked]).toEqual([true, 2]);
  });

  it("are this cell's where it has the tenant, or nobody has", async () => {
    const { passOn, here, keys } = node(async () => null);
    expect(await passOn({ tenant: "nobody" })).toBe(false);
    here.add("own");
    keys.set("k_own", "own");
    expect([await passOn({ tenant: "own" }), await passOn({ key: "k_own" }), await passOn({ key: "k_x" })]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("are refused, and may be sent again, while the tenant comes, goes, or has nobody who serves it", async () => {
    const own = { ...there, cell: "a" };
    const comes = node(async () => own);
    await expect(comes.passOn({ tenant: "shop" })).rejects.toMatchObject({ code: "NOT_ACTIVE" });
    expect(await comes.cells.has({ tenant: "shop" })).toBe(true);
    // It arrives between the look at the catalog and the look at the store.
    const arrives = node(async () => {
      arrives.here.add("shop");
      arrives.keys.set("k_1", "shop");
      return own;
    });
    await expect(arrives.passOn({ key: "k_1" })).rejects.toMatchObject({ code: "NOT_ACTIVE" });
    expect(await arrives.passOn({ key: "k_1" })).toBe(false);
    // A key that was never there, of a tenant that is.
    const gone = node(async () => own);
    gone.here.add("shop");
    expect(await gone.passOn({ key: "k_never" })).toBe(false);
    const dead = node(async () => ({ ...there, url: null }));
    await expect(dead.passOn({ tenant: "shop" })).rejects.toMatchObject({ code: "NOT_ACTIVE" });
    const silent = node(() => Promise.reject(new Error("no primary")));
    await expect(silent.passOn({ tenant: "shop" })).rejects.toMatchObject({ code: "NOT_ACTIVE" });
  });

  it("ask the store for no more than a few credentials at once, and for each only once", async () => {
    const answers: (() => void)[] = [];
    const { directory } = node(() => new Promise((resolve) => answers.push(() => resolve(null))));
    const same = [directory.find({ key: "k_0" }), directory.find({ key: "k_0" })];
    const many = Array.from({ length: 40 }, (_, i) => directory.find({ key: `k_${i}` }).then(String, (e) => e.code));
    await Promise.resolve();
    expect(answers).toHaveLength(32);
    for (const answer of answers) answer();
    expect(await Promise.all(same)).toEqual([null, null]);
    const outcomes = await Promise.all(many);
    expect([outcomes.filter((each) => each === "null").length, outcomes.at(-1)]).toEqual([32, "OVERLOADED"]);
  });
});

describe("what credentials say of their tenant", () => {
  const token = (claims: unknown) => `x.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.y`;

  it("is a key's id, or a token's claim, and nothing where they are malformed", () => {
    const clues = (kind: "jwt" | "key" | "session", secret: string) => tenantClues([{ kind, secret }]);
    expect(clues("key", `hdb_k_abc_${"x".repeat(32)}`)).toEqual([{ key: "k_abc" }]);
    expect(clues("jwt", token({ tenant_id: "shop" }))).toEqual([{ tenant: "shop" }]);
    for (const odd of [
      "",
      "a",
      "a.b.c",
      "..",
      token(null),
      token({ tenant_id: 7 }),
      token({ tenant_id: "" }),
      token([]),
    ]) {
      expect(clues("jwt", odd)).toEqual([]);
    }
    expect(clues("jwt", token({ tenant_id: "x".repeat(9000) }))).toEqual([]);
    expect([clues("key", "anything"), clues("session", "hs_x")]).toEqual([[], []]);
  });
});
