import assert from "node:assert/strict";
import test from "node:test";
import { distance, pathLength, ringArea } from "../../layers/static/layers/js/tools/geodesy.js";

const near = (found, wanted, share = 1e-4) =>
  assert.ok(Math.abs(found - wanted) <= wanted * share, `${found} is not ${wanted}`);
const BAC_KAN = { lat: 22.147, lng: 105.835 };

// The wanted figures are ST_Length and ST_Area of the same shapes as geography (PostGIS, WGS 84).
test("a line along a parallel and along a meridian", () => {
  near(distance(BAC_KAN, { lat: 22.147, lng: 105.935 }), 10_315.54);
  near(distance(BAC_KAN, { lat: 22.247, lng: 105.835 }), 11_073.29);
});

test("a path is the sum of its parts", () => {
  const path = [BAC_KAN, { lat: 22.157, lng: 105.845 }, { lat: 22.147, lng: 105.855 }];
  assert.equal(pathLength(path), distance(path[0], path[1]) + distance(path[1], path[2]));
  assert.equal(pathLength([BAC_KAN]), 0);
});

test("an area, whichever way round it is drawn", () => {
  const ring = [
    BAC_KAN,
    { lat: 22.147, lng: 105.845 },
    { lat: 22.157, lng: 105.845 },
    { lat: 22.157, lng: 105.835 },
  ];
  near(ringArea(ring), 1_142_223);
  near(ringArea([...ring].reverse()), 1_142_223);
  near(ringArea([...ring, ring[0]]), 1_142_223, 1e-3);
});

test("two points enclose nothing", () => assert.equal(ringArea([BAC_KAN, { lat: 22.2, lng: 105.9 }]), 0));
