import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import {
  affirmed,
  CORRECTION,
  redated,
  yearsWanted,
} from "../../layers/static/layers/js/field/forms/dating.js";

const ROAD = {
  dated: [{ field: "surface", values: ["asphalt", "concrete"], year: "hardened_year" }],
};
const SCHOOL = { dated: [{ field: "standard", values: ["true"], year: "standard_year" }] };
const EARTH = { fields: { surface: "earth", hardened_year: null } };
const ASPHALT = { fields: { surface: "asphalt", hardened_year: 2010 } };

test("a surface that becomes a hardened one asks its year", () => {
  assert.deepEqual(yearsWanted(ROAD, EARTH, { surface: "concrete" }), ["hardened_year"]);
  assert.deepEqual(yearsWanted(ROAD, null, { surface: "concrete" }), ["hardened_year"]);
  assert.deepEqual(yearsWanted(SCHOOL, { fields: { standard: false } }, { standard: true }), [
    "standard_year",
  ]);
});

test("what stays as it was, or is no such surface, asks nothing", () => {
  assert.deepEqual(yearsWanted(ROAD, ASPHALT, {}), []);
  assert.deepEqual(yearsWanted(ROAD, ASPHALT, { surface: "asphalt" }), []);
  assert.deepEqual(yearsWanted(ROAD, EARTH, { surface: "gravel" }), []);
  assert.deepEqual(yearsWanted({}, EARTH, { surface: "concrete" }), []);
});

test("the year of the former surface is taken out, and comes back with it", () => {
  const changed = redated(ROAD, ASPHALT, { surface: "concrete" }, "surface");
  assert.deepEqual(changed, { surface: "concrete", hardened_year: null });
  const back = redated(ROAD, ASPHALT, { ...changed, surface: "asphalt", [CORRECTION]: true }, "surface");
  assert.deepEqual(back, { surface: "asphalt" });
});

test("a year that was typed stays, whatever is answered after it", () => {
  const answers = { surface: "concrete", hardened_year: 2017 };
  assert.deepEqual(redated(ROAD, ASPHALT, answers, "surface"), answers);
  assert.deepEqual(redated(ROAD, ASPHALT, { hardened_year: null }, "hardened_year"), { hardened_year: null });
});

test("the year on record is sent where it was said to be that of the new surface too", () => {
  const answers = { surface: "concrete", hardened_year: 2010 };
  assert.deepEqual(affirmed(ROAD, ASPHALT, answers), [{ name: "hardened_year", old: 2010, new: 2010 }]);
  assert.deepEqual(affirmed(ROAD, ASPHALT, { surface: "concrete", hardened_year: 2017 }), []);
  assert.deepEqual(affirmed(ROAD, ASPHALT, {}), []);
});
