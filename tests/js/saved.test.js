// The words of a page that saves by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, words } from "../../static/js/modules/saved.js";

const tenFortyTwo = new Date(2026, 10, 16, 10, 42);

test("the time is the time on the wall, in 24 hours", () => {
  assert.equal(clock(tenFortyTwo), "10:42");
});

test("saved names the time, waiting names the number of changes kept", () => {
  assert.equal(words("saved", undefined, tenFortyTwo), "Saved 10:42");
  assert.equal(words("waiting", 3), "Not saved yet, 3 changes kept on this tablet");
  assert.equal(words("waiting", 1), "Not saved yet, 1 change kept on this tablet");
  assert.equal(words("failed", "Not saved"), "Not saved");
});
