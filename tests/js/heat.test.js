import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { classesOf, opacityOf } from "../../layers/static/layers/js/map/hexagons.js";

for (const [most, classes] of [
  [0, []],
  [1, [[1, 1]]],
  [
    3,
    [
      [1, 1],
      [2, 2],
      [3, 3],
    ],
  ],
  [
    19,
    [
      [1, 5],
      [6, 10],
      [11, 14],
      [15, 19],
    ],
  ],
]) {
  test(`classes of up to ${most} hold each whole number once`, () => {
    assert.deepEqual(classesOf(most), classes);
  });
}

test("the more, the darker; the most is the darkest whatever it is", () => {
  assert.ok(opacityOf(1, 19) < opacityOf(6, 19) && opacityOf(6, 19) < opacityOf(19, 19));
  assert.equal(opacityOf(1, 1), opacityOf(19, 19));
  assert.equal(opacityOf(0, 19), opacityOf(1, 19));
});
