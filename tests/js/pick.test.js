import assert from "node:assert/strict";
import test from "node:test";
import { choose } from "../../layers/static/layers/js/map/pick.js";

const ORDER = ["communes", "hamlets", "roads", "facilities", "households"];
const found = (...all) => {
  const layers = new Map();
  for (const [layer, id, geomType, layerName = layer] of all) {
    layers.set(layer, [...(layers.get(layer) ?? []), { feature: { id, geomType }, layerName }]);
  }
  return layers;
};

test("a point is meant before a line, a line before an area", () => {
  assert.deepEqual(choose(found(["communes", 1, 3], ["roads", 2, 2], ["facilities", 3, 1]), ORDER), {
    layer: "facilities",
    id: 3,
  });
  assert.deepEqual(choose(found(["communes", 1, 3], ["roads", 2, 2]), ORDER), { layer: "roads", id: 2 });
});

test("of areas the smallest kind is meant", () => {
  assert.deepEqual(choose(found(["communes", 1, 3], ["hamlets", 7, 3]), ORDER), { layer: "hamlets", id: 7 });
});

test("totals are not things", () => {
  assert.equal(choose(found(["households", 9, 1, "households-overview"]), ORDER), null);
});

test("nothing there, nothing meant; a layer that is off is not there", () => {
  assert.equal(choose(new Map(), ORDER), null);
  assert.equal(choose(found(["roads", 2, 2]), ["communes"]), null);
});
