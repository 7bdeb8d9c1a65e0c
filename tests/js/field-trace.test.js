import assert from "node:assert/strict";
import test from "node:test";
import { asMultiLine, pieces, traceLength } from "../../layers/static/layers/js/field/gps/trace.js";

/** A fix so many metres north of the start, so many seconds after it. */
const at = (metres, seconds, accuracy = 5) => ({
  lat: 22.1 + metres / 110_736,
  lon: 105.8,
  accuracy,
  at: seconds * 1000,
});

test("a walk is one piece, as long as it was walked", () => {
  const walk = Array.from({ length: 11 }, (_, index) => at(index * 10, index * 8));
  const parts = pieces(walk);
  assert.equal(parts.length, 1);
  assert.ok(Math.abs(traceLength(parts) - 100) < 0.1);
});

test("a gap of more than two minutes cuts the line, and every piece is kept, short or long", () => {
  const raw = [at(0, 0), at(10, 10), at(20, 20), at(90, 141), at(100, 150)];
  const parts = pieces(raw);
  assert.deepEqual(
    parts.map((part) => part.length),
    [3, 2],
  );
  assert.ok(Math.abs(traceLength(parts) - 30) < 0.1, "the gap is not road");
  assert.equal(pieces([at(0, 0), at(10, 120)]).length, 1, "two minutes themselves are no gap");
});

test("a jump faster than 150 km/h cuts the line", () => {
  const parts = pieces([at(0, 0), at(10, 5), at(2000, 10), at(2010, 15)]);
  assert.deepEqual(
    parts.map((part) => part.length),
    [2, 2],
  );
});

test("a slow receiver that wavers within its error does not cut", () => {
  assert.equal(pieces([at(0, 0, 20), at(30, 0.5, 20), at(40, 2, 20)]).length, 1);
});

test("poor fixes and standing still draw nothing", () => {
  const parts = pieces([at(0, 0), at(500, 10, 80), at(1, 20), at(10, 30)]);
  assert.deepEqual(
    parts.map((part) => part.length),
    [2],
  );
});

test("one usable point is no line", () => assert.deepEqual(pieces([at(0, 0)]), []));

test("the line goes out as longitude and latitude, to the centimetre", () => {
  const line = asMultiLine([[at(0, 0), at(10, 5)]]);
  assert.equal(line.type, "MultiLineString");
  assert.deepEqual(line.coordinates[0][0], [105.8, 22.1]);
});
