// Runs plans over answers with the browser's evaluator: one JSON line in, one out.
import { createInterface } from "node:readline";

const { run } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { plan, answers, today, law } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(run(plan, answers, today, law))}\n`);
}
