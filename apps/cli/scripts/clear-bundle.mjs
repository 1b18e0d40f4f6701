import { rmSync } from "node:fs";

// The names of its parts have a hash of what is in them: those of earlier builds would stay.
rmSync(new URL("../dist/bundle", import.meta.url), { recursive: true, force: true });
