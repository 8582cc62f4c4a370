// The drawing editor (bpmn-js), loaded only when somebody wants to draw: a palette of what runs here, and a small panel
// for what a step says. Its mark stays where its makers put it, as their licence asks.

import TextRenderer from "bpmn-js/lib/draw/TextRenderer";
import ContextPadProvider from "bpmn-js/lib/features/context-pad/ContextPadProvider";
import Modeler from "bpmn-js/lib/Modeler";
import { html, render } from "lit-html";
import { arrowLeaves, arrowOf, ruleOfArrow, sayArrow } from "./_arrows";
import { type Facts, type Phase, choice, make } from "./_process-facts";
import { condition } from "./_rule_view";

type Any = any;

const SPIFF = {
  name: "spiffworkflow",
  prefix: "spiffworkflow",
  uri: "http://spiffworkflow.org/bpmn/schema/1.0/core",
  xml: { tagAlias: "lowerCase" },
  types: [
    { name: "Properties", superClass: ["Element"], properties: [{ name: "values", type: "Property", isMany: true }] },
    {
      name: "Property",
      superClass: ["Element"],
      properties: [
        { name: "name", isAttr: true, type: "String" },
        { name: "value", isAttr: true, type: "String" },
      ],
    },
  ],
};

const STEPS = ["bpmn:UserTask", "bpmn:SendTask"];
const KEPT = ["connect", "delete", "append.end-event", "append.gateway", "lane-insert-above", "lane-insert-below"];

/** What can be drawn: nothing that would not run. */
function palette(facts: Facts): Any {
  const { words } = facts;
  class Palette {
    static $inject = ["palette", "create", "elementFactory", "handTool", "lassoTool", "spaceTool", "globalConnect"];

    constructor(
      palette: Any,
      private create: Any,
      private factory: Any,
      private hand: Any,
      private lasso: Any,
      private space: Any,
      private connect: Any,
    ) {
      palette.registerProvider(this);
    }

    getPaletteEntries(): Any {
      const tool = (icon: string, title: string, start: (event: Event) => void): Any => ({
        group: "tools",
        className: `bpmn-icon-${icon}`,
        title,
        action: { click: start },
      });
      const element = (type: string, icon: string, title: string): Any => {
        const start = (event: Event): void => this.create.start(event, this.factory.createShape({ type }));
        return { group: "elements", className: `bpmn-icon-${icon}`, title, action: { dragstart: start, click: start } };
      };
      return {
        hand: tool("hand-tool", words.hand, (event) => this.hand.activateHand(event)),
        lasso: tool("lasso-tool", words.lasso, (event) => this.lasso.activateSelection(event)),
        space: tool("space-tool", words.space, (event) => this.space.activateSelection(event)),
        connect: tool("connection-multi", words.connect, (event) => this.connect.start(event)),
        line: { group: "tools", separator: true },
        start: element("bpmn:StartEvent", "start-event-none", words.start),
        user: element("bpmn:UserTask", "user-task", words.user),
        send: element("bpmn:SendTask", "send-task", words.send),
        exclusive: element("bpmn:ExclusiveGateway", "gateway-xor", words.exclusive),
        parallel: element("bpmn:ParallelGateway", "gateway-parallel", words.parallel),
        end: element("bpmn:EndEvent", "end-event-none", words.end),
      };
    }
  }
  return Palette;
}

function pad(facts: Facts): Any {
  const { words } = facts;
  const titles: Record<string, string> = {
    connect: words.connect,
    delete: words.delete,
    "append.end-event": words.end,
    "append.gateway": words.exclusive,
    "lane-insert-above": words.above,
    "lane-insert-below": words.below,
  };
  return class extends ContextPadProvider {
    getContextPadEntries(element: Any): Any {
      const all = super.getContextPadEntries(element);
      const entries: Any = {};
      for (const name of KEPT) {
        if (all[name]) {
          entries[name] = { ...all[name], title: titles[name] };
        }
      }
      if (all["append.append-task"]) {
        const own = this as Any;
        const append = (): void => own._autoPlace.append(element, own._elementFactory.createShape({ type: "bpmn:UserTask" }));
        entries.user = { group: "model", className: "bpmn-icon-user-task", title: words.user, action: { click: append } };
      }
      return entries;
    }
  };
}

/** Lanes carry roles by their names in the system; people read what the roles are called. */
function renderer(lane: (name: string) => string): Any {
  function Renderer(this: Any, config: Any): void {
    TextRenderer.call(this, config);
    const plain = this.createText;
    this.createText = (text: string, options: Any): SVGElement => plain.call(this, lane(text), options);
  }
  Renderer.$inject = ["config.textRenderer"];
  return Renderer;
}

export interface Editor {
  xml(): Promise<string>;
  close(): void;
}

/** Open a drawing in `canvas`, what is chosen in `panel`. */
export async function edit(canvas: HTMLElement, panel: HTMLElement, bpmn: string, facts: Facts, phases: Phase[]): Promise<Editor> {
  const lane = (name: string): string => {
    const [role, phase] = (name ?? "").split("@");
    const label = facts.roles[role];
    const where = phases.find((one) => one.key === phase)?.name ?? phase;
    return label ? (phase ? `${label} (${where})` : label) : name;
  };
  const modeler: Any = new Modeler({
    container: canvas,
    moddleExtensions: { spiffworkflow: SPIFF },
    textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily } },
    additionalModules: [
      {
        paletteProvider: ["type", palette(facts)],
        contextPadProvider: ["type", pad(facts)],
        textRenderer: ["type", renderer(lane)],
      },
    ],
  } as Any);
  await modeler.importXML(bpmn);
  fit(modeler.get("canvas"));
  const show = (): void => chosen(modeler, panel, facts, phases);
  modeler.on("selection.changed", show);
  modeler.on("commandStack.changed", show);
  panel.onsubmit = (event) => event.preventDefault();
  show();
  canvas.querySelector<HTMLElement>("svg")?.focus();
  return {
    xml: async () => (await modeler.saveXML({ format: true })).xml as string,
    close: () => {
      modeler.destroy();
      panel.replaceChildren();
    },
  };
}

/** Show the whole drawing beside the palette, no larger than it is. */
function fit(canvas: Any): void {
  const { inner, outer } = canvas.viewbox();
  const beside = outer.width > 600 ? 90 : 10;
  const scale = Math.min((outer.width - beside - 20) / inner.width, (outer.height - 40) / inner.height, 1);
  const y = inner.y - Math.max(20, (outer.height - inner.height * scale) / 3) / scale;
  canvas.viewbox({ x: inner.x - beside / scale, y, width: outer.width / scale, height: outer.height / scale });
}

/** The panel of the one element that is chosen. */
function chosen(modeler: Any, panel: HTMLElement, facts: Facts, phases: Phase[]): void {
  const { words } = facts;
  const selected = modeler.get("selection").get();
  const element = selected.length === 1 ? selected[0].labelTarget ?? selected[0] : null;
  if (!element || (panel.contains(document.activeElement) && panel.dataset.of === element.id)) {
    if (!element) {
      panel.dataset.of = "";
      panel.replaceChildren(make("p", { class: "govuk-body-s" }, words.nothing));
    }
    return;
  }
  panel.dataset.of = element.id;
  panel.replaceChildren();
  const object = element.businessObject;
  const modeling = modeler.get("modeling");
  const add = (label: string, control: HTMLElement): void => {
    control.id = `st-panel-${panel.childElementCount}`;
    panel.append(make("label", { class: "govuk-label", for: control.id }, label), control);
  };
  if (element.type === "bpmn:Lane") {
    laneFields(element, modeling, add, facts, phases);
    return;
  }
  if (element.type === "bpmn:SequenceFlow") {
    flowFields(element, modeler, add, facts);
    return;
  }
  const name = make("input", { class: "govuk-input" });
  name.value = object.name ?? "";
  name.addEventListener("change", () => modeling.updateProperties(element, { name: name.value.trim() }));
  add(words.name, name);
  if (STEPS.includes(element.type)) {
    stepFields(element, modeler, add, facts, phases);
  } else if (element.type.endsWith("Gateway")) {
    const kinds: [string, string][] = [
      ["bpmn:ExclusiveGateway", words.exclusive],
      ["bpmn:ParallelGateway", words.parallel],
    ];
    const kind = choice(kinds, element.type, {});
    kind.addEventListener("change", () => {
      panel.dataset.of = "";
      modeler.get("bpmnReplace").replaceElement(element, { type: kind.value });
    });
    add(words.gate, kind);
  }
}

function stepFields(element: Any, modeler: Any, add: (label: string, control: HTMLElement) => void, facts: Facts, phases: Phase[]): void {
  const { words } = facts;
  const act = choice(
    facts.acts.map((one): [string, string] => [one.name, one.label]),
    said(element, "act"),
    {},
    words.choose,
  );
  act.addEventListener("change", () => write(element, modeler, { act: act.value }));
  add(words.act, act);
  const lanes = modeler.get("elementRegistry").filter((one: Any) => one.type === "bpmn:Lane");
  const inside = lanes.find((one: Any) => (one.businessObject.flowNodeRef ?? []).includes(element.businessObject));
  const [role, phase = ""] = (said(element, "role") || inside?.businessObject.name || "").split("@");
  const who = choice(Object.entries(facts.roles), role, {}, words.choose);
  const where = choice(
    phases.map((one): [string, string] => [one.key, one.name || one.key]),
    phase,
    {},
    words.home,
  );
  const move = (): void => {
    const wanted = where.value ? `${who.value}@${where.value}` : who.value;
    const there = lanes.find((one: Any) => one.businessObject.name === wanted);
    write(element, modeler, { role: there ? "" : wanted });
    if (there && there !== inside) {
      const down = there.y + there.height / 2 - (element.y + element.height / 2);
      modeler.get("modeling").moveElements([element], { x: 0, y: down }, there.parent);
    }
  };
  who.addEventListener("change", move);
  add(words.role, who);
  if (phases.length || phase) {
    where.addEventListener("change", move);
    add(words.phase, where);
  }
  const share = make("input", { class: "govuk-input", type: "number", min: "0", max: "100", inputmode: "numeric" });
  share.value = said(element, "share") || "0";
  share.addEventListener("change", () => write(element, modeler, { share: String(Math.max(0, Math.round(Number(share.value) || 0))) }));
  add(words.share, share);
}

function laneFields(element: Any, modeling: Any, add: (label: string, control: HTMLElement) => void, facts: Facts, phases: Phase[]): void {
  const { words } = facts;
  const [role, phase = ""] = (element.businessObject.name ?? "").split("@");
  const who = choice(Object.entries(facts.roles), role, {}, words.choose);
  const where = choice(
    phases.map((one): [string, string] => [one.key, one.name || one.key]),
    phase,
    {},
    words.home,
  );
  const rename = (): void => {
    modeling.updateProperties(element, { name: where.value ? `${who.value}@${where.value}` : who.value });
  };
  who.addEventListener("change", rename);
  add(words.lane, who);
  if (phases.length || phase) {
    where.addEventListener("change", rename);
    add(words.phase, where);
  }
}

function flowFields(element: Any, modeler: Any, add: (label: string, control: HTMLElement) => void, facts: Facts): void {
  const { words } = facts;
  const { source } = element;
  if (source?.type !== "bpmn:ExclusiveGateway" || source.outgoing.length < 2) {
    return;
  }
  const modeling = modeler.get("modeling");
  const object = element.businessObject;
  const isDefault = (): boolean => source.businessObject.default === object;
  const now = (): string => (object.conditionExpression?.body ?? "").trim();
  const put = (body: string): void => {
    const conditionExpression = body ? modeler.get("moddle").create("bpmn:FormalExpression", { body }) : undefined;
    modeling.updateProperties(element, { conditionExpression });
  };
  const ways: [string, string][] = [
    ["asked", words.asked_way],
    ["default", words.default_way],
  ];
  const way = choice(ways, isDefault() ? "default" : "asked", {});
  way.addEventListener("change", () => {
    if (way.value === "default") {
      put("");
    }
    modeling.updateProperties(source, { default: way.value === "default" ? object : undefined });
    draw();
  });
  add(words.condition, way);
  const place = make("div", {});
  way.after(place);
  const leaves = arrowLeaves(facts.conditions);
  // A group of one row is still a group while it is being made; the text does not say so.
  let made: { text: string; rule: unknown } | null = null;
  const draw = (): void => {
    const rule = made && made.text === now() ? made.rule : ruleOfArrow(now());
    place.hidden = isDefault();
    if (rule === undefined) {
      const typed = (event: Event): void => {
        put((event.target as HTMLInputElement).value.trim());
        draw();
      };
      render(html`<input class="govuk-input" aria-label=${words.condition} .value=${now()} @change=${typed}>`, place);
      return;
    }
    const around = {
      setup: { icons: facts.icons },
      sentences: { [element.id]: sayArrow(rule, facts.conditions, words) },
      law: [],
      t: (key: string, named: { [name: string]: string | number } = {}): string =>
        (facts.rule_words[key] ?? key).replace(/\{(\w+)\}/g, (_all, name: string) => String(named[name] ?? "")),
      say: (sentence: string): void => {
        (document.querySelector("[data-said]") as HTMLElement).textContent = sentence;
      },
    };
    const change = (next: unknown): void => {
      made = { text: arrowOf(next), rule: next };
      put(made.text);
      draw();
    };
    render(condition(around, { name: element.id, rule, leaves, text: false, change }), place);
  };
  draw();
}

function properties(element: Any): Any {
  const values: Any[] = element.businessObject.extensionElements?.values ?? [];
  return values.find((one) => one.$type === "spiffworkflow:Properties");
}

function said(element: Any, name: string): string {
  return properties(element)?.values?.find((one: Any) => one.name === name)?.value ?? "";
}

/** Write what a step says of itself, so that it can be taken back like any other change. */
function write(element: Any, modeler: Any, changes: Record<string, string>): void {
  const moddle = modeler.get("moddle");
  const object = element.businessObject;
  const others = (object.extensionElements?.values ?? []).filter((one: Any) => one.$type !== "spiffworkflow:Properties");
  const before: Any[] = (properties(element)?.values ?? []).filter((one: Any) => !(one.name in changes));
  const added = Object.entries(changes)
    .filter(([, value]) => value)
    .map(([name, value]) => moddle.create("spiffworkflow:Property", { name, value }));
  const values = [...before.map((one) => moddle.create("spiffworkflow:Property", { name: one.name, value: one.value })), ...added];
  const extensionElements = moddle.create("bpmn:ExtensionElements", {
    values: [...others, moddle.create("spiffworkflow:Properties", { values })],
  });
  modeler.get("modeling").updateProperties(element, { extensionElements });
}
