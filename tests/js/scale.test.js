import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { roundScale } from "../../layers/static/layers/js/bottom/legend.js";
import { area, date, length, number } from "../../layers/static/layers/js/format.js";
import { totalText } from "../../layers/static/layers/js/map/chips.js";

for (const [metresPerPixel, metres] of [
  [17.7, 1000],
  [8.9, 500],
  [2.2, 100],
  [0.28, 20],
  [1000, 50_000],
]) {
  test(`a bar of a round length at ${metresPerPixel} m a pixel`, () => {
    const found = roundScale(metresPerPixel);
    assert.equal(found.metres, metres);
    assert.ok(found.pixels <= 90 && found.pixels * metresPerPixel === metres);
  });
}

test("figures as they are written here", () => {
  assert.equal(number(11111.5), "11.111,5");
  assert.equal(length(840), "840 m");
  assert.equal(length(5000), "5 km");
  assert.equal(area(25_000), "2,5 ha");
  assert.equal(area(3_456_000), "3,46 km²");
  assert.equal(date("2017-12-31T10:00:00+07:00"), "31/12/2017");
  assert.equal(date(null), "");
});

test("a hidden total is never a zero", () => {
  const households = { slug: "households", overview: { count: {}, poor: {} } };
  assert.equal(totalText(households, { count: 40, poor: 0 }), "0");
  assert.equal(totalText(households, { count: 40, hidden: true }), "…");
  assert.equal(totalText(households, { hidden: true }), "…");
  assert.equal(totalText({ slug: "facilities", overview: { count: {} } }, { count: 7 }), "7");
  assert.equal(totalText({ slug: "roads", overview: { length_m: {} } }, { length_m: 53_200 }), "53,2 km");
});
