import { defineProject } from "vitest/config";
import { LIMITS } from "../vitest.limits.js";

export default defineProject({ test: { name: "scripts", include: ["test/**/*.test.mjs"], ...LIMITS } });
