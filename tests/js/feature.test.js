import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { isAsked, shownAs } from "../../layers/static/layers/js/detail/feature.js";

const row = (layer, year, values) => ({
  layer,
  year,
  fields: Object.entries(values).map(([name, value]) => ({ name, value, shown: String(value) })),
});
const field = (data, name) => data.fields.find((one) => one.name === name);

test("a school is asked for its level, a People's Committee is not", () => {
  const school = row("facilities", 2017, { kind: "school", standard: null });
  const committee = row("facilities", 2017, { kind: "committee", standard: null });
  assert.equal(isAsked(school, field(school, "standard")), true);
  assert.equal(isAsked(committee, field(committee, "standard")), false);
});

test("what is on record is shown whatever it belongs to", () => {
  const station = row("facilities", 2017, { kind: "health_station", standard: true });
  assert.equal(isAsked(station, field(station, "standard")), true);
});

test("a surface laid after the year shown says since when it is there", () => {
  const values = { surface: "concrete", hardened: false, hardened_year: 2018 };
  const before = row("roads", 2017, values);
  assert.equal(shownAs(before, field(before, "surface")), "concrete (since 2018)");
  const after = row("roads", 2018, { ...values, hardened: true });
  assert.equal(shownAs(after, field(after, "surface")), "concrete");
  const unknown = row("roads", 2017, { ...values, hardened_year: null });
  assert.equal(shownAs(unknown, field(unknown, "surface")), "concrete");
});
