import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take a minute and more. One that began last would have a core to itself, and leave the other one idle. */
const LONG = [
  "e2e/test/docs.test.ts",
  "e2e/test/packages.test.ts",
  "packages/engine/test/model/schema.test.ts",
  "apps/server/test/http/query-lines-load.test.ts",
  "packages/engine-host/test/reads.test.ts",
  "packages/cell/test/nodes.test.ts",
  "e2e/test/cell/nodes.test.ts",
];

/** Vitest's own order, which goes by size as long as no times are known, but for the longest files. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const moved = LONG.filter((path) => !existsSync(join(import.meta.dirname, path)));
    if (moved.length > 0) throw new Error(`vitest.sequencer.ts names files that are no more: ${moved.join(", ")}`);
    const place = ({ moduleId }: TestSpecification) => {
      const index = LONG.indexOf(relative(import.meta.dirname, moduleId));
      return index === -1 ? LONG.length : index;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
