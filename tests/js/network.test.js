/** Findings of the road network on the map. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { clustered } from "../../layers/static/layers/js/network/clusters.js";

test("points near each other are one group at their middle, others stay alone", () => {
  const points = [
    { of: "a", at: [10, 10] },
    { of: "b", at: [30, 20] },
    { of: "far", at: [500, 10] },
  ];
  assert.deepEqual(clustered(points, 40), [
    { members: ["a", "b"], at: [20, 15] },
    { members: ["far"], at: [500, 10] },
  ]);
});

test("no point is lost, left of the map's corner neither", () => {
  const points = Array.from({ length: 500 }, (_, i) => ({
    of: i,
    at: [((i * 37) % 200) - 100, ((i * 61) % 90) - 50],
  }));
  const groups = clustered(points);
  assert.ok(groups.length < 30);
  assert.deepEqual(
    groups.flatMap(({ members }) => members).sort((a, b) => a - b),
    [...points.keys()],
  );
});

test("nothing makes no group", () => {
  assert.deepEqual(clustered([]), []);
});
