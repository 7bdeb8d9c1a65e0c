import "./catalogue.js";
import assert from "node:assert/strict";
import test from "node:test";
import { siteText } from "../../layers/static/layers/js/siting/words.js";

test("a kiln tells how many share it and how far they walk", () => {
  assert.equal(siteText({ households: 6, farthest_m: 52 }), "6 households · farthest 52 m");
});

test("kilns that are shown as counts of a hamlet say how many they are", () => {
  assert.equal(siteText({ kilns: 12, households: 75 }), "12 kilns · 75 households");
});

test("a plant tells its name and what is brought to it", () => {
  assert.equal(siteText({ name: "Bãi rác", t_day: 1.626 }), "Bãi rác · 1,63 t a day");
});
