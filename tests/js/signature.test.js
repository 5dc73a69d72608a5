import assert from "node:assert/strict";
import test from "node:test";
import { MIN_LENGTH, inkLength } from "../../static/js/modules/signature.js";

test("a dot is not a signature, a stroke is", () => {
  assert.equal(inkLength([]), 0);
  assert.equal(inkLength([{ points: [{ x: 5, y: 5 }] }]), 0);
  assert.ok(inkLength([{ points: [{ x: 0, y: 0 }, { x: 60, y: 80 }] }]) >= MIN_LENGTH);
});

test("the length of several strokes is their sum, without the gaps between them", () => {
  const strokes = [
    { points: [{ x: 0, y: 0 }, { x: 3, y: 4 }] },
    { points: [{ x: 100, y: 0 }, { x: 100, y: 10 }] },
  ];
  assert.equal(inkLength(strokes), 15);
});
