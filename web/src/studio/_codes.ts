// Codes of rows that people name: letters without marks, joined by hyphens.

/** A name as a code; empty when it has no letter or figure. */
export const slug = (name: string): string =>
  name
    .replace(/[đĐ]/g, "d")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 60);
