// The rows of fees, and the sums typed into them.

export interface Input {
  code: string;
  label: string;
  expression: string;
  type: string;
  options: [string, string][];
}
export interface Row {
  code: string;
  fee: string;
  kind: string;
  name: string;
  tests: Record<string, string>;
  amount: number;
  per: string;
  exempt_percent: number;
  exempt_amount: number;
  exempt_ground: string;
  ground: string;
  valid_from: string | null;
  valid_to: string | null;
}
export interface Plain {
  code: string;
  kind: string;
  name: string;
  amount: number;
  condition: string;
  exemption: string;
  ground: string;
}
export interface Table {
  hit_policy: string;
  inputs: Input[];
  rows: Row[];
}
export interface Body {
  fees: Plain[];
  fee_table: Table | null;
}
export interface Look {
  fault: string;
  sentences: Record<string, string>;
  cells: Record<string, string>;
  lines: { name: string; due: string; why: string; ground: string }[];
}

/** A sum in đồng as people write it. */
export const money = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+(?!\d))/g, ".");
/** A sum as typed; null when it is none. */
export const whole = (typed: string): number | null => {
  const digits = typed.trim().replace(/[.\s]|đồng|đ$/g, "");
  return /^\d{1,12}$/.test(digits) ? Number(digits) : null;
};
/** What a row lets off, as it is typed. */
export const off = (row: Row): string =>
  row.exempt_percent ? `${row.exempt_percent}%` : row.exempt_amount ? money(row.exempt_amount) : "";
/** The row with what was typed as let off, in percent or đồng; null when it is neither. */
export function exempted(row: Row, typed: string): Row | null {
  const percent = /^(\d{1,3})\s*%$/.exec(typed.trim());
  if (percent) {
    return Number(percent[1]) <= 100 ? { ...row, exempt_percent: Number(percent[1]), exempt_amount: 0 } : null;
  }
  const amount = typed.trim() ? whole(typed) : 0;
  return amount === null ? null : { ...row, exempt_percent: 0, exempt_amount: amount };
}
