import assert from "node:assert/strict";
import test from "node:test";
import { answered, bytes, prepared, text } from "../../static/js/modules/passkey.js";

test("bytes survive the way to text and back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, index) => index);
  assert.deepEqual(bytes(text(all.buffer)), all);
  assert.ok(!/[+/=]/.test(text(all.buffer)));
});

test("options get bytes where the browser wants bytes", () => {
  const { publicKey } = prepared({
    publicKey: { challenge: "AQID", user: { id: "BAUG", name: "a" }, allowCredentials: [{ id: "Bw", type: "public-key" }] },
  });
  assert.deepEqual([...publicKey.challenge], [1, 2, 3]);
  assert.deepEqual([...publicKey.user.id], [4, 5, 6]);
  assert.deepEqual([...publicKey.allowCredentials[0].id], [7]);
  assert.equal(publicKey.user.name, "a");
});

test("an answer becomes plain data without empty parts", () => {
  const made = {
    id: "x",
    rawId: Uint8Array.of(1).buffer,
    type: "public-key",
    authenticatorAttachment: "platform",
    getClientExtensionResults: () => ({}),
    response: { clientDataJSON: Uint8Array.of(2).buffer, signature: Uint8Array.of(3).buffer, userHandle: null },
  };
  assert.deepEqual(answered(made).response, { clientDataJSON: "Ag", signature: "Aw" });
});
