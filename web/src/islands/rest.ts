// For light pages that show a password box, tabs or a banner after all.
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { rest } from "../rest";

for (const behaviour of rest) {
  createAll(behaviour, undefined, { onError: () => undefined });
}
