import assert from "node:assert/strict";
import test from "node:test";
import { readState, writeState } from "../../layers/static/layers/js/state.js";

const FULL =
  "?unit=2&year=2017&criterion=17&layers=roads,waste-sites&base=terrain,xyz&at=14/22.14700/105.83500&pick=roads/123&heat=unmet/2&travel=health_station/foot/wet/45";

test("an address that was written is read back as it was", () => {
  assert.equal(writeState(readState(FULL)), FULL);
});

test("an address says what is shown", () => {
  assert.deepEqual(readState(FULL), {
    unit: 2,
    year: 2017,
    criterion: 17,
    layers: ["roads", "waste-sites"],
    at: { zoom: 14, lat: 22.147, lng: 105.835 },
    pick: { layer: "roads", id: 123 },
    base: ["terrain", "xyz"],
    heat: { what: "unmet", criterion: 2 },
    travel: { service: "health_station", mode: "foot", season: "wet", minutes: "45" },
  });
});

test("no layer at all is not the same as nothing said about layers", () => {
  assert.equal(readState("").layers, null);
  assert.deepEqual(readState("?layers=").layers, []);
});

for (const [query, part] of [
  ["?unit=-1", "unit"],
  ["?unit=1e3", "unit"],
  ["?year=2017.5", "year"],
  ["?at=14/95/105", "at"],
  ["?at=14/22", "at"],
  ["?at=x/y/z", "at"],
  ["?travel=market", "travel"],
  ["?travel=market/foot/wet/x", "travel"],
  ["?travel=market/foot/wet/30/more", "travel"],
  ["?pick=roads", "pick"],
  ["?pick=../1", "pick"],
  ["?pick=roads/1;drop", "pick"],
]) {
  test(`what makes no sense counts as not given: ${query}`, () => assert.equal(readState(query)[part], null));
}
