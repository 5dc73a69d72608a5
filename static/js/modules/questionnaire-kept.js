// Answers that did not reach the clinic yet, kept on this tablet: AES-GCM under a key the browser never gives out.
// Everything is deleted as soon as it is saved.

const NAME = "questionnaire";

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("kept");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function run(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction("kept", mode).objectStore("kept"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

async function key() {
  const found = await run("readonly", (store) => store.get("key"));
  if (found) return found;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  await run("readwrite", (store) => store.put(made, "key"));
  return made;
}

export async function keep(address, answers) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(answers));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(address) }, await key(), plain);
  await run("readwrite", (store) => store.put({ iv, sealed }, address));
}

export async function kept(address) {
  const found = await run("readonly", (store) => store.get(address));
  if (!found) return {};
  const additionalData = new TextEncoder().encode(address);
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv, additionalData }, await key(), found.sealed);
  return JSON.parse(new TextDecoder().decode(plain));
}

// With nothing left unsaved the whole store goes, key included.
export function forget() {
  return new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}
