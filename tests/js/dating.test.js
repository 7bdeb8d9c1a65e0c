import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { yearsAsked } from "../../layers/static/layers/js/edit/dating.js";

const ROADS = {
  begins: "opened_year",
  dated: [{ field: "surface", values: ["asphalt", "concrete"], year: "hardened_year" }],
};
const EARTH = { surface: "earth", hardened_year: null };

test("a surface that becomes a hardened one asks since when", () => {
  assert.deepEqual(yearsAsked(ROADS, EARTH, { surface: "concrete" }), ["hardened_year"]);
  assert.deepEqual(yearsAsked(ROADS, { surface: "asphalt" }, { surface: "concrete" }), ["hardened_year"]);
});

test("what stays as it was, or is not hardened, asks nothing", () => {
  assert.deepEqual(yearsAsked(ROADS, EARTH, { surface: "earth" }), []);
  assert.deepEqual(yearsAsked(ROADS, { surface: "concrete" }, { surface: "concrete" }), []);
  assert.deepEqual(yearsAsked(ROADS, { surface: "concrete" }, { surface: "earth" }), []);
});

test("a new road asks since when it is there, and a hardened one since when it is so", () => {
  assert.deepEqual(yearsAsked(ROADS, null, { surface: "earth" }), ["opened_year"]);
  assert.deepEqual(yearsAsked(ROADS, null, { surface: "concrete" }), ["hardened_year", "opened_year"]);
});

test("yes and no are compared as the form has them", () => {
  const schools = { begins: "", dated: [{ field: "standard", values: ["true"], year: "standard_year" }] };
  assert.deepEqual(yearsAsked(schools, { standard: false }, { standard: "true" }), ["standard_year"]);
  assert.deepEqual(yearsAsked(schools, { standard: true }, { standard: "true" }), []);
});
