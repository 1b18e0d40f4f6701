import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectForm } from "../support/form.js";
import { type Answer, call, execute, must, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";
import { TABLES } from "../support/times.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  for (const sql of TABLES) await execute(server, sql);
});
afterAll(() => server?.remove());

const META = { request_id: "req_1", execution_time_ms: 3 };
const CONFLICT = {
  table: "users",
  row_id: "123",
  column: "email",
  source_value: "alice@new.com",
  target_value: "alice@old.com",
  conflict_type: "update_update",
};
const merge = (source: string, body: object): Promise<Answer> =>
  call(server, "POST", `/v1/branches/${source}/merge`, body, { accept: SPEC });

/** A branch that has one row of its own, and one value that main has changed too. */
async function contested(name: string): Promise<void> {
  await must(server, "POST", "/v1/branches", { name });
  await execute(server, `INSERT INTO users (name, email) VALUES ('New', 'new@${name}')`, name);
  await execute(server, `UPDATE users SET email = 'source@${name}' WHERE id = 1`, name);
  await execute(server, `UPDATE users SET email = 'target@${name}' WHERE id = 1`);
}
const alice = () => rows(server, "SELECT email FROM users WHERE id = 1");

describe("merging, as the specification shows it", () => {
  it("answers 200 with what was merged, and deletes the source", async () => {
    await contested("feature-auth");
    const { status, body } = await merge("feature-auth", {
      target_branch: "main",
      conflict_resolution: "source_wins",
      delete_source_after_merge: true,
      merge_message: "Merge feature-auth into main",
      dry_run: false,
    });
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          status: "merged",
          source_branch: "feature-auth",
          target_branch: "main",
          merge_commit: "mc_1",
          changes_merged: 50,
          conflicts_resolved: 3,
          source_deleted: true,
          merged_at: "2025-12-01T13:00:00Z",
        },
      },
      {
        meta: META,
        data: {
          conflicts: [{ ...CONFLICT, base_value: "alice@example.com", resolution: "source", resolved_value: "" }],
          conflict_count: 1,
          scn: 9,
        },
      },
    );
    expect(body.data).toMatchObject({
      status: "merged",
      source_branch: "feature-auth",
      target_branch: "main",
      changes_merged: 1,
      conflicts_resolved: 1,
      source_deleted: true,
    });
    const { history } = await must(server, "GET", "/v1/branches/main/history?limit=1");
    expect(history[0]).toMatchObject({ message: "Merge feature-auth into main" });
  });

  it("keeps the source and takes the target's values with target_wins", async () => {
    await contested("kept");
    const { body } = await merge("kept", { target_branch: "main", conflict_resolution: "target_wins" });
    expect(body.data).toMatchObject({ changes_merged: 1, conflicts_resolved: 1, source_deleted: false });
    expect(body.data.conflicts[0]).toMatchObject({ resolution: "target", resolved_value: "target@kept" });
    expect(await alice()).toEqual([{ email: "target@kept" }]);
  });

  it("answers 409 with every conflict for manual, and with the first for abort", async () => {
    await contested("stuck");
    await execute(server, "UPDATE users SET name = 'source' WHERE id = 2", "stuck");
    await execute(server, "UPDATE users SET name = 'target' WHERE id = 2");
    for (const [conflict_resolution, listed] of [
      ["manual", 2],
      ["abort", 1],
    ] as const) {
      const { status, body } = await merge("stuck", { target_branch: "main", conflict_resolution });
      expect(status).toBe(409);
      expectForm(
        body,
        {
          success: false,
          error: {
            code: "MERGE_CONFLICT",
            message: "Merge has conflicts requiring resolution",
            details: { conflicts: [CONFLICT] },
          },
        },
        {
          meta: META,
          error: {
            details: {
              conflicts: [{ base_value: "alice@example.com", resolution: null, resolved_value: null }],
              conflict_count: 2,
            },
          },
        },
      );
      expect(body.error.code).toBe("MERGE_CONFLICT");
      expect(body.error.details.conflicts).toHaveLength(listed);
    }
    expect(await alice()).toEqual([{ email: "target@stuck" }]);
  });

  it("changes nothing with dry_run, whatever the resolution", async () => {
    for (const conflict_resolution of ["source_wins", "target_wins", "manual", "abort"]) {
      const { status, body } = await merge("stuck", { target_branch: "main", conflict_resolution, dry_run: true });
      expect([status, body.data.status, body.data.source_deleted]).toEqual([200, "dry_run", false]);
    }
    expect(await alice()).toEqual([{ email: "target@stuck" }]);
  });

  it("takes resolutions of single conflicts, and if_target_scn", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    const resolutions = [
      { table: "users", key: 1, column: "email", use: "value", value: "agreed@example.com" },
      { table: "users", key: 2, use: "source" },
    ];
    const body = { target_branch: "main", conflict_resolution: "manual", resolutions };
    const moved = await merge("stuck", { ...body, if_target_scn: scn - 1 });
    expect([moved.status, moved.body.error.code]).toEqual([409, "TARGET_MOVED"]);
    const merged = await merge("stuck", { ...body, if_target_scn: scn, message: "by hand" });
    expect(merged.body.data).toMatchObject({ status: "merged", conflicts_resolved: 2 });
    expect(await alice()).toEqual([{ email: "agreed@example.com" }]);
  });
});
