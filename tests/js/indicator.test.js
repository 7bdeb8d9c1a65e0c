import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { partsText, valueText } from "../../layers/static/layers/js/detail/indicator.js";

const SHARE = {
  boolean: false,
  hidden: false,
  value: 38,
  shown: "38 %",
  unit: "%",
  status: "u",
  status_title: "unmet",
  comparator: "≥",
  threshold: 50,
  threshold_verified: true,
  computed: {
    numerator: { value: 1.9, shown: "1,9" },
    denominator: { value: 5, shown: "5,0" },
    undetermined: { value: 0, shown: "0" },
    of: "km",
    sums: "1,9 / 5,0 km",
  },
  declared: null,
};

test("a share carries its parts and its threshold", () => {
  assert.equal(valueText(SHARE), "38 %");
  assert.equal(partsText(SHARE), "1,9 / 5,0 km · standard ≥ 50 %");
});

test("what is not known is said", () => {
  const found = { ...SHARE, status: "?", status_title: "unknown" };
  found.computed = { ...SHARE.computed, undetermined: { value: 0.6, shown: "0,6" } };
  assert.equal(valueText(found), "unknown");
  assert.match(partsText(found), /0,6 km not known/);
});

test("a threshold that nobody verified is marked", () => {
  assert.match(partsText({ ...SHARE, threshold_verified: false }), /standard ≥ 50 % \(not verified\)$/);
});

test("a hidden count stays hidden", () => {
  const hidden = { ...SHARE, hidden: true, value: null, computed: null };
  assert.equal(valueText(hidden), "hidden to protect people");
  assert.equal(partsText(hidden), "standard ≥ 50 %");
});

test("met or not is a word, not a number", () => {
  assert.equal(valueText({ ...SHARE, boolean: true, value: 0 }), "unmet");
});
