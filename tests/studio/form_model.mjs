// Calls the pure parts of the form editor: one JSON line `[module, function, ...arguments]` in, its result out.
import { createInterface } from "node:readline";

const modules = Object.fromEntries(
  await Promise.all(["names", "rules", "cells"].map(async (name) => [name, await import(`${process.argv[2]}/${name}.mjs`)])),
);
for await (const line of createInterface({ input: process.stdin })) {
  const [module, name, ...given] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(modules[module][name](...given) ?? null)}\n`);
}
