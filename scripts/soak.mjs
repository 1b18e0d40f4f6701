import { build } from "./lib/build.mjs";
import { install } from "./lib/install.mjs";
import { run, toolEnv } from "./lib/run.mjs";
import { FORMS } from "./lib/soak-forms.mjs";
import { soakHistories } from "./lib/soak-histories.mjs";

// npm run soak -- NAME [TIMES]: makes faults on purpose, as often as is said there or by TIMES.
// npm run soak -- histories [OPERATIONS [PROCESSES [SEED]]]: plays random histories against the model.
const [name = "", ...numbers] = process.argv.slice(2);
const form = FORMS[name];
if (name !== "histories" && !form) {
  if (name !== "") console.error(`Unknown soak "${name}". Expected one of these:`);
  console.log(overview());
  process.exit(name === "" ? 0 : 1);
}
if (numbers.some((number) => !(Number(number) > 0))) {
  console.error(`Expected numbers above 0 after "${name}", got ${numbers.join(" ")}.`);
  process.exit(1);
}
process.exit((await install()) || (await build()) || (form ? await soak(form) : await soakHistories(...numbers)));

async function soak({ project, files, more = [], times }) {
  const env = { ...toolEnv(), ...(times !== null && { SOAK_TIMES: numbers[0] ?? String(times) }) };
  let code = 0;
  for (const part of [{ project, files }, ...more]) {
    const args = ["node_modules/vitest/vitest.mjs", "run", "--project", part.project, ...part.files];
    code ||= await run(process.execPath, args, { env });
  }
  return code;
}

function overview() {
  const rows = Object.entries(FORMS).map(([form, { times, says }]) => [`${form} ${times ?? ""}`, says]);
  rows.unshift(["histories 5000000", "plays random histories against the model, and goes on where it stopped"]);
  return rows.map(([left, right]) => `  npm run soak -- ${left.padEnd(20)}${right}`).join("\n");
}
