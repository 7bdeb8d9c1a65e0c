import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { countOf, headline, judgedIn, sums } from "../../layers/static/layers/js/side/headline.js";

const NONG_THUONG = "mmmmuummmmmmmmmmumm";
const DUONG_QUANG = "mummuummmmmmmmuuumm";
const WARD = "-------------------";

const panel = (more) => ({
  unit: { full_name: "xã Dương Quang" },
  criteria: [],
  met: 0,
  judged: 0,
  parts: null,
  ...more,
});

test("the pilot's sentence: two communes, nine criteria unmet", () => {
  const units = [{ statuses: NONG_THUONG }, { statuses: DUONG_QUANG }, { statuses: WARD }];
  assert.deepEqual(sums(units), { units: 2, unmet: 9, unknown: 0 });
  const said = headline(panel({ parts: { layer: "communes", units } }));
  assert.equal(said.title, "2 communes, 9 criteria still unmet");
});

test("a commune says how many of its own are unmet, and how many are not known", () => {
  const criteria = [...DUONG_QUANG.slice(0, 18), "?"].map((status) => ({ status }));
  const said = headline(panel({ criteria, met: 12, judged: 19, parts: { layer: "hamlets", units: [] } }));
  assert.equal(said.title, "xã Dương Quang: 6 criteria unmet");
  assert.equal(said.note, "12/19 criteria met · 1 not yet known");
});

test("what is not known is never told as nothing unmet", () => {
  const criteria = [..."m??"].map((status) => ({ status }));
  const said = headline(panel({ criteria, met: 1, judged: 3, parts: { layer: "hamlets", units: [] } }));
  assert.equal(said.title, "xã Dương Quang: 2 criteria not yet known");
  assert.equal(said.note, "1/3 criteria met");
  const over = headline(
    panel({ parts: { layer: "communes", units: [{ statuses: "m?" }, { statuses: "mm" }] } }),
  );
  assert.equal(over.title, "2 communes, 1 criterion not yet known");
  assert.equal(over.note, "");
});

test("where nothing is judged, that is what is said", () => {
  assert.equal(headline(panel({})).note, "No criteria are assessed here.");
  const wards = { layer: "communes", units: [{ statuses: WARD }, { statuses: "" }] };
  assert.equal(headline(panel({ parts: wards })).title, "No criteria are assessed here.");
});

test("units that are not judged by a criterion are not counted among those that could meet it", () => {
  assert.deepEqual(judgedIn([{ statuses: "mu" }, { statuses: "m-" }, { statuses: "m?" }], 2), ["u", "?"]);
});

test("a count of parts cannot be taken for those that meet the criterion", () => {
  assert.equal(countOf(["u", "m"], "communes"), "1/2 communes unmet");
  assert.equal(countOf(["m", "?"], "communes"), "1/2 communes unknown");
  assert.equal(countOf(["m", "m"], "communes"), "all 2 communes meet it");
  assert.equal(countOf(["m"], "communes"), "met");
});
