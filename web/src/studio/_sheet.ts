// A small spreadsheet of plain inputs in a table: arrow keys go from cell to cell, what is typed is put back into
// the rows. Every cell is an ordinary labelled field, so that it reads as one and works by mouse and touch.

export interface Column<Row> {
  key: string;
  label: string;
  /** Options of a choice; without them the cell is typed. */
  options?: [string, string][];
  type?: "date";
  width: number;
  list?: string;
  get(row: Row): string;
  /** The row with what was typed, or null when it cannot be used as it stands. */
  set(row: Row, typed: string): Row | null;
}

export interface Sheet<Row> {
  draw(rows: Row[], columns: Column<Row>[], faults: Map<string, string>): void;
  /** The row the focus is or was in, by position; -1 for none. */
  readonly at: number;
  focus(row: number, column?: string): void;
}

const PAUSE = 400;

export function sheet<Row extends { code: string }>(
  place: HTMLElement,
  said: { row: string; empty: string },
  closed: boolean,
  head: (column: Column<Row>) => HTMLElement | null,
  changed: (rows: Row[]) => void,
  moved: (row: number, column: string) => void,
  acted: (act: "add" | "up" | "down" | "remove", row: number) => void,
): Sheet<Row> {
  const table = document.createElement("table");
  table.className = "st-grid";
  place.replaceChildren(table);
  let rows: Row[] = [];
  let columns: Column<Row>[] = [];
  let shape = "";
  let at = -1;
  let timer = 0;
  let touched: HTMLInputElement | HTMLSelectElement | null = null;

  const fields = (): (HTMLInputElement | HTMLSelectElement)[] => [
    ...table.querySelectorAll<HTMLInputElement | HTMLSelectElement>("tbody [data-cell]"),
  ];
  const where = (field: HTMLElement): [number, string] => [Number(field.dataset.row), field.dataset.cell ?? ""];
  const find = (row: number, column: string): HTMLElement | undefined =>
    fields().find((field) => where(field)[0] === row && where(field)[1] === column);

  /** Put what was typed last into the rows. */
  function commit(): void {
    clearTimeout(timer);
    const field = touched;
    touched = null;
    if (!field) {
      return;
    }
    const [row, key] = where(field);
    const column = columns.find((one) => one.key === key);
    if (!column || !rows[row] || column.get(rows[row]) === field.value) {
      return;
    }
    const next = column.set(rows[row], field.value);
    field.toggleAttribute("data-refused", next === null);
    field.setAttribute("aria-invalid", String(next === null));
    if (!next) {
      moved(row, key);
    } else {
      changed(rows.map((one, place) => (place === row ? next : one)));
    }
  }

  function cell(row: Row, number: number, column: Column<Row>): HTMLTableCellElement {
    const holder = document.createElement("td");
    const field = document.createElement(column.options ? "select" : "input");
    for (const [value, words] of column.options ?? []) {
      field.append(new Option(words, value));
    }
    if (field instanceof HTMLInputElement) {
      field.type = column.type ?? "text";
      field.autocomplete = "off";
      if (column.list) {
        field.setAttribute("list", column.list);
      }
    }
    field.value = column.get(row);
    field.disabled = closed;
    field.dataset.cell = column.key;
    field.dataset.row = String(number);
    field.setAttribute("aria-label", `${column.label}, ${said.row.toLowerCase()} ${number + 1}`);
    holder.append(field);
    return holder;
  }

  function build(): void {
    const top = document.createElement("tr");
    const corner = document.createElement("th");
    corner.scope = "col";
    corner.textContent = said.row;
    top.append(corner);
    for (const column of columns) {
      const header = document.createElement("th");
      header.scope = "col";
      header.style.minWidth = `${column.width}px`;
      header.append(head(column) ?? column.label);
      top.append(header);
    }
    const body = document.createElement("tbody");
    rows.forEach((row, number) => {
      const line = document.createElement("tr");
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = String(number + 1);
      line.append(name, ...columns.map((column) => cell(row, number, column)));
      body.append(line);
    });
    if (!rows.length) {
      const nothing = document.createElement("td");
      nothing.colSpan = columns.length + 1;
      nothing.textContent = said.empty;
      const line = document.createElement("tr");
      line.append(nothing);
      body.append(line);
    }
    const above = document.createElement("thead");
    above.append(top);
    table.replaceChildren(above, body);
  }

  function mark(faults: Map<string, string>): void {
    for (const field of fields()) {
      const [row, key] = where(field);
      const code = rows[row]?.code;
      const fault = faults.get(`${code}/${key}`);
      if (!field.hasAttribute("data-refused")) {
        field.setAttribute("aria-invalid", String(fault !== undefined));
      }
      field.title = fault ?? (field.scrollWidth > field.clientWidth ? field.value : "");
    }
    table.querySelectorAll("tbody tr").forEach((line, number) => {
      line.classList.toggle("st-grid__wrong", faults.has(rows[number]?.code ?? ""));
      line.classList.toggle("st-grid__at", number === at);
    });
  }

  function step(field: HTMLInputElement | HTMLSelectElement, key: string): boolean {
    const [row, column] = where(field);
    const place = columns.findIndex((one) => one.key === column);
    const typed = field instanceof HTMLInputElement && field.type === "text";
    if (key === "ArrowUp" || key === "ArrowDown") {
      if (field instanceof HTMLSelectElement || (field as HTMLInputElement).type === "date") {
        return false;
      }
      return go(row + (key === "ArrowUp" ? -1 : 1), column);
    }
    const inside = field as HTMLInputElement;
    if (key === "ArrowLeft" && (!typed || (inside.selectionStart === 0 && inside.selectionEnd === 0))) {
      return inside.type !== "date" && place > 0 && go(row, columns[place - 1].key);
    }
    const end = field.value.length;
    if (key === "ArrowRight" && (!typed || (inside.selectionStart === end && inside.selectionEnd === end))) {
      return inside.type !== "date" && place < columns.length - 1 && go(row, columns[place + 1].key);
    }
    return false;
  }

  function go(row: number, column: string): boolean {
    const target = find(row, column);
    target?.focus();
    if (target instanceof HTMLInputElement && target.type === "text") {
      target.select();
    }
    return target !== undefined;
  }

  table.addEventListener("input", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.dataset.cell) {
      touched = field;
      clearTimeout(timer);
      timer = window.setTimeout(commit, PAUSE);
    }
  });
  table.addEventListener("change", commit);
  table.addEventListener("focusout", commit);
  table.addEventListener("focusin", (event) => {
    const field = event.target as HTMLElement;
    if (field.dataset.cell) {
      const [row, column] = where(field);
      at = row;
      table
        .querySelectorAll("tbody tr")
        .forEach((line, number) => line.classList.toggle("st-grid__at", number === at));
      moved(row, column);
    }
  });
  table.addEventListener("keydown", (event) => {
    const field = event.target as HTMLInputElement | HTMLSelectElement;
    if (!field.dataset?.cell) {
      return;
    }
    const [row, column] = where(field);
    const held = event.ctrlKey || event.metaKey;
    let done = false;
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      commit();
      acted(event.key === "ArrowUp" ? "up" : "down", row);
      done = true;
    } else if (held && event.key === "Enter") {
      commit();
      acted("add", row);
      done = true;
    } else if (held && (event.key === "Delete" || event.key === "Backspace")) {
      touched = null;
      acted("remove", row);
      done = true;
    } else if (event.key === "Enter" && !(field instanceof HTMLSelectElement)) {
      commit();
      done = go(row + (event.shiftKey ? -1 : 1), column) || true;
    } else if (!held && !event.altKey && !event.shiftKey) {
      done = step(field, event.key);
    }
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  });

  return {
    draw(next, described, faults) {
      rows = next;
      columns = described;
      const now = JSON.stringify([
        rows.map((row) => row.code),
        columns.map((column) => [column.key, column.label, column.options]),
      ]);
      if (now !== shape) {
        const active = document.activeElement as HTMLElement | null;
        const kept = active && table.contains(active) && active.dataset.cell ? where(active) : null;
        shape = now;
        build();
        if (kept) {
          find(Math.min(kept[0], rows.length - 1), kept[1])?.focus();
        }
      } else {
        for (const field of fields()) {
          const [row, key] = where(field);
          const column = columns.find((one) => one.key === key);
          const refused = field.hasAttribute("data-refused");
          if (column && rows[row] && field !== document.activeElement && !refused) {
            field.value = column.get(rows[row]);
          }
        }
      }
      mark(faults);
    },
    get at() {
      return Math.min(at, rows.length - 1);
    },
    focus(row, column) {
      go(row, column ?? columns[0]?.key ?? "");
    },
  };
}
