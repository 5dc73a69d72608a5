// A passkey ceremony: the button asks the browser, the answer goes into the form's hidden field, the form is sent.
// <form data-module="passkey" data-ceremony="get|create" data-options='{…}' or data-ask="/address/of/the/question/">

export function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

export function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const opened = (list) => (list ?? []).map((item) => ({ ...item, id: bytes(item.id) }));

// The server's options, with bytes where the browser wants bytes.
export function prepared({ publicKey }) {
  const options = { ...publicKey, challenge: bytes(publicKey.challenge) };
  if (publicKey.user) options.user = { ...publicKey.user, id: bytes(publicKey.user.id) };
  if (publicKey.excludeCredentials) options.excludeCredentials = opened(publicKey.excludeCredentials);
  if (publicKey.allowCredentials) options.allowCredentials = opened(publicKey.allowCredentials);
  return { publicKey: options };
}

// The browser's answer as plain data.
export function answered(credential) {
  const { response } = credential;
  const kept = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) kept[name] = text(response[name]);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: kept,
  };
}

async function question(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const reply = await fetch(form.dataset.ask, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error("no question");
  return (await reply.json()).options;
}

function say(form, words) {
  const place = form.querySelector("[data-passkey-says]");
  if (!place) return;
  place.textContent = words;
  place.hidden = !words;
}

export function mount(form) {
  if (!globalThis.PublicKeyCredential) {
    say(form, "This browser has no passkeys here. They need a secure address (https, or localhost).");
    return;
  }
  form.addEventListener("submit", async (event) => {
    const field = form.elements.credential;
    if (field.value) return;
    event.preventDefault();
    say(form, "");
    try {
      const options = prepared(await question(form));
      const made = await navigator.credentials[form.dataset.ceremony](options);
      field.value = JSON.stringify(answered(made));
      form.submit();
    } catch {
      say(form, "The passkey did not answer. Try again, or use another way.");
    }
  });
}
