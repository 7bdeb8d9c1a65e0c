import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { differsAt, SIGNS, statusOf } from "../../layers/static/layers/js/status.js";

test("each criterion has its own place in the string", () => {
  assert.equal(statusOf("mu?-", 1), "m");
  assert.equal(statusOf("mu?-", 2), "u");
  assert.equal(statusOf("mu?-", 3), "?");
  assert.equal(statusOf("mu?-", 4), "-");
});

test("what is missing was not assessed, and is never unmet", () => {
  for (const statuses of ["", undefined, "mm"]) assert.equal(statusOf(statuses, 5), "-");
  assert.equal(statusOf("x", 1), "-");
});

test("met, unmet and unknown differ by more than colour", () => {
  assert.equal(new Set(Object.values(SIGNS).map(({ sign }) => sign)).size, 4);
  assert.equal(new Set(Object.values(SIGNS).map(({ css }) => css)).size, 4);
});

test("a declaration that disagrees is found at its criterion", () => {
  assert.equal(differsAt(" ≠ ", 2), true);
  assert.equal(differsAt(" ≠ ", 1), false);
  assert.equal(differsAt(undefined, 1), false);
});
