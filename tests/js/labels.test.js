import assert from "node:assert/strict";
import test from "node:test";
import { Centre, overlap, placeLabels } from "../../layers/static/layers/js/map/labels.js";

const label = (x, y, priority = 1, more = {}) => ({ x, y, width: 40, height: 16, priority, ...more });

test("names that do not touch all stand", () => {
  assert.equal(placeLabels([label(0, 0), label(41, 0), label(0, 17)]).length, 3);
});

test("of two that overlap the important one stands, in whatever order they come", () => {
  const small = label(0, 0, 2);
  const great = label(10, 5, 1);
  assert.deepEqual(placeLabels([small, great]), [great]);
  assert.deepEqual(placeLabels([great, small]), [great]);
});

test("what may step aside does so before it is left out", () => {
  const fixed = label(0, 0, 1);
  const [, moved] = placeLabels([
    fixed,
    label(0, 4, 2, {
      shifts: [
        [0, 5],
        [0, 20],
      ],
    }),
  ]);
  assert.deepEqual([moved.x, moved.y], [0, 24]);
});

test("edges may touch", () => {
  assert.equal(overlap(label(0, 0), label(40, 0)), false);
  assert.equal(overlap(label(0, 0), label(39, 0)), true);
});

test("the pieces of an area cut by tiles have the centre of the whole", () => {
  const centre = new Centre();
  const square = (west, east) => [
    { x: west, y: 0 },
    { x: east, y: 0 },
    { x: east, y: 10 },
    { x: west, y: 10 },
    { x: west, y: 0 },
  ];
  centre.add([square(0, 10)], 1, { x: 0, y: 0 });
  centre.add([square(0, 30)], 1, { x: 10, y: 0 });
  assert.deepEqual(centre.point, { x: 20, y: 5 });
});

test("a tile drawn at double size counts fourfold", () => {
  const centre = new Centre();
  const unit = [
    { x: 0, y: 0 },
    { x: 1, y: 0 },
    { x: 1, y: 1 },
    { x: 0, y: 1 },
  ];
  centre.add([unit], 2, { x: 0, y: 0 });
  assert.equal(centre.area, 4);
  assert.deepEqual(centre.point, { x: 1, y: 1 });
});

test("nothing has no centre", () => assert.equal(new Centre().point, null));
