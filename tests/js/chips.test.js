import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { arrange, FORMS } from "../../layers/static/layers/js/map/chips.js";

const ctx = { font: "", measureText: (text) => ({ width: text.length * 7 }) };
const layer = (slug) => ({
  slug,
  geometry: "POINT",
  style: { marks: [{ shape: "circle", color: "--brand" }] },
});
const unit = (id, x, y) => ({
  unit: id,
  x,
  y,
  items: [
    { layer: layer("facilities"), text: "12" },
    { layer: layer("waste-sites"), text: "3" },
  ],
});
const touch = (a, b) =>
  Math.abs(a.x - b.x) * 2 < a.width + b.width && Math.abs(a.y - b.y) * 2 < a.height + b.height;

test("with room every unit says all its numbers where it lies", () => {
  const { chips, left, layers } = arrange(ctx, [unit(1, 0, 0), unit(2, 300, 0)], []);
  assert.deepEqual(layers, ["facilities", "waste-sites"]);
  assert.equal(left.length, 0);
  assert.deepEqual(
    chips.map(({ x, y }) => [x, y]),
    [
      [0, 0],
      [300, 0],
    ],
  );
});

test("a total gives way to names and stands below its own unit's", () => {
  const name = { id: 1, x: 0, y: 0, width: 80, height: 17, priority: 3 };
  const { chips } = arrange(ctx, [unit(1, 5, 2), unit(2, 0, 0)], [name]);
  assert.equal(chips.length, 2);
  for (const chip of chips) assert.equal(touch(chip, name), false);
  assert.equal(chips.find((one) => one.unit === 1).x, 0);
});

test("where they crowd all say one number rather than one saying none", () => {
  const crowd = Array.from({ length: 14 }, (_, index) => unit(index, index, 0));
  const { layers, left } = arrange(ctx, crowd, []);
  assert.deepEqual(layers, ["facilities"]);
  assert.equal(left.length, 0);
});

test("those that find no place are counted", () => {
  const crowd = Array.from({ length: 300 }, (_, index) => unit(index, 0, 0));
  const { chips, left } = arrange(ctx, crowd, []);
  assert.equal(chips.length + left.length, 300);
  assert.ok(left.length > 0);
  assert.equal(chips[0].height, FORMS.at(-1).height);
});

test("without totals there is nothing to tell", () => {
  assert.deepEqual(arrange(ctx, [], []), { chips: [], left: [], layers: [], hidden: false });
});
