// Asking the server: every question of the studio's pages goes out with the page's token and wants JSON back.

/** Post to an address of this site: a value as JSON; a file or a form as it is, with its `type` where it has none. */
export function post(address: string, body: unknown, more: RequestInit = {}, type = ""): Promise<Response> {
  const raw = body instanceof Blob || body instanceof FormData;
  const token = document.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const headers: Record<string, string> = { "X-CSRFToken": token, Accept: "application/json" };
  if (type || !raw) {
    headers["Content-Type"] = type || "application/json";
  }
  return fetch(address, { method: "POST", headers, body: raw ? (body as BodyInit) : JSON.stringify(body), ...more });
}

/** Why the server refused, in its own sentence; `otherwise` where it says nothing that can be read. */
export async function why(answer: Response, otherwise: string): Promise<string> {
  const said = (await answer.json().catch(() => ({}))) as { detail?: string; title?: string };
  return said.detail ?? said.title ?? otherwise;
}
