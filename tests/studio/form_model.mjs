// Calls the pure parts of the form editor: one JSON line `[module, function, ...arguments]` in, its result out.
import { createInterface } from "node:readline";

const modules = Object.fromEntries(
  await Promise.all(["names", "rules", "arrows"].map(async (name) => [name, await import(`${process.argv[2]}/${name}.mjs`)])),
);
for await (const line of createInterface({ input: process.stdin })) {
  const [module, name, ...given] = JSON.parse(line);
  const told = modules[module][name](...given);
  process.stdout.write(`${JSON.stringify(told === undefined ? { nothing: true } : told)}\n`);
}
