// Runs plans over answers with the browser's evaluator: one JSON line in, one out, with the time it took.
import { createInterface } from "node:readline";

const { run } = await import(process.argv[2]);
const plans = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const { key, plan, answers, today, law } = JSON.parse(line);
  if (plan) {
    plans.set(key, plan);
  }
  const begun = performance.now();
  const outcome = run(plans.get(key), answers, today, law);
  const took = performance.now() - begun;
  process.stdout.write(`${JSON.stringify({ ...outcome, took })}\n`);
}
