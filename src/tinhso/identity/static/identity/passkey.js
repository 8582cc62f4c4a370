// Passkeys: asks the browser, sends its answer. Does nothing where the browser knows none.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function readable(options) {
  const asked = { ...options.publicKey, challenge: toBytes(options.publicKey.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: toBytes(asked.user.id) };
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return asked;
}

function sendable(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function post(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrftoken": token },
    body: JSON.stringify(body ?? {}),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail);
  return told;
}

async function use(box) {
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  const message = box.querySelector("[role=alert]");
  message.textContent = "";
  try {
    const publicKey = readable(await post(box.dataset.passkey, token));
    const made = box.dataset.way === "create";
    const credential = await navigator.credentials[made ? "create" : "get"]({ publicKey });
    const body = made ? { credential: sendable(credential) } : sendable(credential);
    location.assign((await post(box.dataset.answer, token, body)).onward);
  } catch (fault) {
    message.textContent = fault.message;
  }
}

if (window.PublicKeyCredential) {
  for (const box of document.querySelectorAll("[data-passkey]")) {
    box.hidden = false;
    box.querySelector("button").addEventListener("click", () => use(box));
  }
}
