// Small pure parts of the session page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { density, dose, isStrong } from "../../static/js/modules/electro-density.js";
import { bandOf, clockText } from "../../static/js/modules/session-clock.js";
import { leftOver } from "../../static/js/modules/session-totals.js";
import { depthToY, layerAt } from "../../static/js/modules/skin-depth.js";

test("the clock shows minutes, and hours when there are any", () => {
  assert.deepEqual([0, 65, 3725].map(clockText), ["0:00", "1:05", "1:02:05"]);
});

test("deeper is lower, and the tip's layer is named", () => {
  const depths = [0, 0.05, 0.3, 1, 4, 13];
  const drawn = depths.map(depthToY);
  assert.deepEqual([...drawn].sort((a, b) => a - b), drawn);
  const layers = [{ label: "upper", to_mm: 0.4 }, { label: "lower", to_mm: 2 }];
  assert.deepEqual([0.3, 1, 9].map((mm) => layerAt(layers, mm)), ["upper", "lower", "lower"]);
});

test("a wait is due, then over its longest time", () => {
  assert.deepEqual([119, 120, 300, 301].map((s) => bandOf(s, 120, 300)), ["", "due", "due", "over"]);
  assert.equal(bandOf(9999, 0, 0), "");
});

test("an output above ten is strong, ten itself is not", () => {
  assert.equal(isStrong([10, 10, 0], 10), false);
  assert.equal(isStrong([1, 10.5], 10), true);
  assert.equal(isStrong([54], 0), false);
});

test("density, dose and what is left", () => {
  assert.equal(density(1, 10), 0.1);
  assert.equal(density(1, 0), null);
  assert.equal(dose(0.5, 10), 5);
  assert.equal(leftOver(2, 0.3), 1.7);
});
