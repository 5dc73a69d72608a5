import assert from "node:assert/strict";
import { test } from "node:test";
import { isIdle, tellEvery } from "../../static/js/modules/lock.js";

test("a page rests for exactly as long as the server lets it", () => {
  assert.equal(isIdle(0, 179_999, 180), false);
  assert.equal(isIdle(0, 180_000, 180), true);
});

test("use is told at least four times within a rest, and not more than once a minute on a desk", () => {
  assert.equal(tellEvery(180), 45_000);
  assert.equal(tellEvery(600), 60_000);
  assert.equal(tellEvery(8), 5_000);
});
