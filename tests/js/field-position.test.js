import assert from "node:assert/strict";
import test from "node:test";
import { metresOutside } from "../../layers/static/layers/js/field/gps/bounds.js";
import { bestOf, grade, refusal } from "../../layers/static/layers/js/field/gps/fix.js";

const fix = (accuracy, more = {}) => ({ lat: 22.1, lon: 105.8, accuracy, at: 1000, ...more });

test("a fix older than ten seconds is refused, and so is one that claims to be exact", () => {
  assert.equal(refusal(fix(8, { at: 0 }), 10_000), "");
  assert.equal(refusal(fix(8, { at: 0 }), 10_001), "old");
  assert.equal(refusal(fix(0), 1000), "made-up");
});

test("the best of several fixes is their weighted mean, as sure as the best one alone", () => {
  const found = bestOf([fix(10, { lat: 22.1 }), fix(10, { lat: 22.1001 })]);
  assert.ok(Math.abs(found.lat - 22.10005) < 1e-9);
  assert.equal(found.accuracy, 10);
});

test("a fix half as sure counts a quarter; one much worse does not count at all", () => {
  const [good, fair, bad] = [fix(8, { lat: 22.1 }), fix(12, { lat: 22.1001 }), fix(13, { lat: 22.101 })];
  // Weights 1/64 and 1/144: the mean lies 64/208 of the way to the worse fix.
  assert.ok(Math.abs(bestOf([good, fair, bad]).lat - (22.1 + (0.0001 * 64) / 208)) < 1e-9);
});

test("a fix that lies where the best one cannot be is left out", () => {
  const [best, astray] = [fix(5), fix(6, { lat: 22.2 })];
  assert.equal(bestOf([astray, best]).lat, 22.1);
});

test("ten metres are good, more than thirty warn, more than fifty need a reason", () => {
  assert.deepEqual([10, 10.1, 30, 30.1, 50, 50.1].map(grade), [
    "good",
    "fair",
    "fair",
    "poor",
    "poor",
    "reason",
  ]);
});

const SQUARE = {
  type: "Polygon",
  coordinates: [
    [
      [105.8, 22.1],
      [105.9, 22.1],
      [105.9, 22.2],
      [105.8, 22.2],
      [105.8, 22.1],
    ],
  ],
};

test("inside the commune is no distance; beside it is the way to its nearest edge", () => {
  assert.equal(metresOutside({ lat: 22.15, lon: 105.85 }, SQUARE), 0);
  const north = metresOutside({ lat: 22.21, lon: 105.85 }, SQUARE);
  assert.ok(Math.abs(north - 1113.2) < 1, `a hundredth of a degree of latitude, not ${north}`);
});

test("a hole in the commune is outside, and so is what lies between its parts", () => {
  const hole = [
    [105.84, 22.14],
    [105.86, 22.14],
    [105.86, 22.16],
    [105.84, 22.16],
    [105.84, 22.14],
  ];
  const holed = { type: "MultiPolygon", coordinates: [[SQUARE.coordinates[0], hole]] };
  assert.ok(metresOutside({ lat: 22.15, lon: 105.85 }, holed) > 900);
  assert.equal(metresOutside({ lat: 22.11, lon: 105.85 }, holed), 0);
});
