// Builds what the pages load into src/tinhso/ui/static/ui/dist. Django gives the files their hashed names.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "lightningcss";
import * as sass from "sass";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, "../src/tinhso/ui/static/ui/dist");
const require = createRequire(import.meta.url);

// Old phones are served: Android WebView of 2019, Safari of 2019.
const targets = { chrome: 75 << 16, firefox: 68 << 16, safari: 13 << 16 };

const fonts = {
  "noto-sans-latin": "@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2",
  "noto-sans-vietnamese": "@fontsource-variable/noto-sans/files/noto-sans-vietnamese-wght-normal.woff2",
  "noto-sans-khmer": "@fontsource-variable/noto-sans-khmer/files/noto-sans-khmer-khmer-wght-normal.woff2",
};

function style(...names) {
  return names
    .map((name) => {
      const { css } = sass.compile(join(here, "styles", `${name}.scss`), {
        loadPaths: [here, join(here, "node_modules"), join(here, "styles")],
        quietDeps: true,
        silenceDeprecations: ["import"],
        charset: false,
      });
      return css;
    })
    .join("\n");
}

function writeStyle(name, css) {
  // The base carries one media query written for Internet Explorer that no parser takes; it may fall, nothing else.
  const { code, warnings } = transform({ filename: name, code: Buffer.from(css), minify: true, targets, errorRecovery: true });
  const serious = warnings.filter((warning) => warning.type !== "InvalidMediaQuery");
  if (serious.length) {
    throw new Error(`${name}: ${serious.map((warning) => `${warning.message} (line ${warning.loc.line})`).join("; ")}`);
  }
  writeFileSync(join(out, name), code);
}

function sprite() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const symbols = names.map((line) => {
    const [name, source = name] = line.split("=");
    const folder = source.startsWith("filled/") ? "" : "outline/";
    const svg = readFileSync(join(here, `node_modules/@tabler/icons/icons/${folder}${source}.svg`), "utf8");
    const paths = svg
      .replace(/^[\s\S]*?<svg[^>]*>/, "")
      .replace("</svg>", "")
      .replace(/<path stroke="none"[^>]*fill="none" ?\/>/, "")
      .replace(/\s*\n\s*/g, "");
    const paint = folder ? 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"' : 'fill="currentColor"';
    return `<symbol id="${name}" viewBox="0 0 24 24"><g ${paint}>${paths}</g></symbol>`;
  });
  // «ខ្មែរ» for the language switch, drawn from Noto Sans Khmer (OFL): the font itself is 58 KB.
  const word = readFileSync(join(here, "khmer.svg"), "utf8");
  const box = /viewBox="([^"]*)"/.exec(word)[1];
  symbols.push(`<symbol id="khmer" viewBox="${box}">${/<path[^>]*>/.exec(word)[0]}</symbol>`);
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

async function script(name) {
  await build({
    configFile: false,
    root: here,
    logLevel: "warn",
    build: {
      outDir: out,
      emptyOutDir: false,
      target: ["es2019", "chrome75", "safari13"],
      lib: { entry: join(here, "src", `${name}.ts`), formats: ["es"], fileName: () => `${name}.js` },
      copyPublicDir: false,
      minify: true,
    },
  });
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, path] of Object.entries(fonts)) {
  cpSync(require.resolve(path), join(out, `${name}.woff2`));
}
cpSync(join(here, "mark.svg"), join(out, "mark.svg"));
writeFileSync(join(out, "icons.svg"), sprite());
writeStyle("public.css", style("public"));
writeStyle("desk.css", style("desk", "desk-office", "desk-office-fit"));
writeStyle("wall.css", style("wall"));
writeStyle("studio.css", style("studio"));
const studio = readdirSync(join(here, "src/studio"))
  .filter((file) => file.endsWith(".ts") && !file.startsWith("_"))
  .map((file) => `studio/${file.slice(0, -3)}`);
for (const name of [...studio, "public", "desk", "worker", "islands/conditions", "islands/keeping", "islands/place", "islands/push", "islands/queue", "islands/rest", "islands/session", "islands/signing", "islands/uploads"]) {
  await script(name);
}
