import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { asked, merged, stepOf, typed, wrong } from "../../layers/static/layers/js/field/forms/questions.js";
import {
  formOf,
  LINE,
  PHOTOS,
  POSITION,
  UNIT,
  YEAR,
} from "../../layers/static/layers/js/field/wire/forms.js";
import {
  knownValues,
  rowAfter,
  saysNothing,
  submissionOf,
} from "../../layers/static/layers/js/field/wire/records.js";

const label = (text) => ({ vi: text, en: text });
const field = (name, type, more = {}) => ({
  name,
  type,
  label: label(name),
  hint: null,
  required: false,
  min: null,
  max: null,
  max_length: null,
  unit: "",
  choices: [],
  review: false,
  proposal: false,
  write_only: false,
  only_if: null,
  ...more,
});
const HOUSEHOLD = formOf(
  {
    form_id: "household",
    version: 2,
    title: label("Hộ"),
    layer: "households",
    geometry: "point",
    photos: 5,
    by_year: true,
    fields: [
      field("name", "text", { required: true, max_length: 200 }),
      field("members", "integer", { min: 1, max: 40 }),
      field("national_id", "digits", { write_only: true }),
      field("livestock", "boolean", { review: true }),
      field("hygienic_pen", "boolean", { review: true, only_if: { field: "livestock", is: true } }),
    ],
  },
  "vi",
);
const ROW = {
  id: "h1",
  layer: "households",
  version: 3,
  unit: "01849-01",
  commune: "01849",
  geometry: { type: "Point", coordinates: [105.81, 22.11] },
  fields: { name: "Hoàng Thị Nà", members: 4, accuracy_m: 20 },
  reviews: { 2017: { livestock: true, hygienic_pen: null } },
  proposed: {},
};
const names = (questions) => questions.map(({ name }) => name);
const question = (name) => HOUSEHOLD.questions.find((one) => one.name === name);
const draft = (answers, row = ROW) => ({
  id: "i1",
  record: row ? { id: row.id, version: row.version } : { id: "new", version: null },
  row,
  commune: "01849",
  answers,
});
const more = { device: "d1", seq: 7, finalizedAt: "2017-11-20T02:12:00Z", after: null, attachments: [] };

test("the place comes first, the year before the answers of a year, the photos last", () => {
  const first = [POSITION, UNIT, "name", "members", "national_id", YEAR, "livestock", "hygienic_pen", PHOTOS];
  assert.deepEqual(names(HOUSEHOLD.questions), first);
});

test("a question that depends on another is asked when it should be; the hamlet only without a place", () => {
  assert.deepEqual(names(asked(HOUSEHOLD.questions, {})).includes(UNIT), true);
  const values = { livestock: true, [POSITION]: { lat: 1, lon: 2 } };
  assert.deepEqual(names(asked(HOUSEHOLD.questions, values)).includes(UNIT), false);
  assert.ok(names(asked(HOUSEHOLD.questions, values)).includes("hygienic_pen"));
  assert.ok(!names(asked(HOUSEHOLD.questions, { livestock: false })).includes("hygienic_pen"));
});

test("what a Vietnamese keyboard types becomes a number, and what is none is told", () => {
  const width = { type: "decimal", min: 0.5, max: 30, required: false };
  assert.equal(typed(width, " 3,5 "), 3.5);
  assert.equal(typed(width, ""), null);
  assert.equal(wrong(width, typed(width, "ba mét")), "Please give a number.");
  assert.equal(wrong(width, 40), "At most 30.");
  assert.equal(wrong(question("members"), 2.5), "Please give a whole number.");
  for (const wrongOne of ["12a", "12345", "1234567890"])
    assert.equal(wrong(question("national_id"), wrongOne), "An identity number has 9 or 12 digits.");
  assert.equal(wrong(question("national_id"), "012345678901"), "");
  assert.equal(wrong(question("name"), null), "Please answer this question.");
});

test("only what differs is sent, with what the phone knew before", () => {
  const answers = { name: "Hoàng Thị Nà", members: 5, [YEAR]: "2017", livestock: false };
  const sent = submissionOf(draft(answers), HOUSEHOLD, more);
  assert.deepEqual(sent.fields, [
    { name: "members", old: 4, new: 5 },
    { name: "livestock", old: true, new: false },
  ]);
  assert.deepEqual(sent.record, { id: "h1", base_version: 3, after: null });
  assert.deepEqual([sent.year, sent.unit, sent.location, sent.line], [2017, "01849-01", null, null]);
});

test("an answer cleared is sent as nothing; one that was not touched is not sent", () => {
  const sent = submissionOf(draft({ members: null, [YEAR]: "2017" }), HOUSEHOLD, more);
  assert.deepEqual(sent.fields, [{ name: "members", old: 4, new: null }]);
});

test("answers of another year start from what that year knew", () => {
  assert.equal(knownValues(HOUSEHOLD, ROW, "2016").livestock, null);
  const sent = submissionOf(draft({ [YEAR]: "2016", livestock: true }), HOUSEHOLD, more);
  assert.deepEqual(sent.fields, [{ name: "livestock", old: null, new: true }]);
});

test("a position goes with its error and the position known before", () => {
  const place = {
    lat: 22.12,
    lon: 105.82,
    accuracy: 8,
    source: "gps",
    at: "2017-11-20T02:00:00Z",
    reason: "",
    seconds: 24,
  };
  const { location } = submissionOf(draft({ [POSITION]: place, [YEAR]: "2017" }), HOUSEHOLD, more);
  assert.deepEqual(location, {
    lat: 22.12,
    lon: 105.82,
    accuracy: 8,
    source: "gps",
    at: "2017-11-20T02:00:00Z",
    reason: "",
    old: { lat: 22.11, lon: 105.81, accuracy: 20 },
  });
});

test("a form in which nothing was said says so", () => {
  assert.ok(saysNothing(submissionOf(draft({ [YEAR]: "2017" }), HOUSEHOLD, more)));
  assert.ok(!saysNothing(submissionOf(draft({ members: 5 }), HOUSEHOLD, more)));
});

test("the phone's list shows at once what was recorded, but keeps no id number", () => {
  const answers = { name: "Nông Văn Dương", national_id: "001", [YEAR]: "2017", livestock: true };
  const sent = submissionOf(draft(answers, null), HOUSEHOLD, more);
  const row = rowAfter(sent, HOUSEHOLD, null, "01849");
  assert.equal(row.fields.name, "Nông Văn Dương");
  assert.deepEqual(row.reviews, { 2017: { livestock: true } });
  assert.equal(row.version, null);
  assert.ok(!JSON.stringify(row).includes("001"));
});

const ROAD = formOf(
  {
    form_id: "road",
    version: 1,
    title: label("Đường"),
    layer: "roads",
    geometry: "line",
    photos: 5,
    by_year: false,
    fields: [field("surface", "choice")],
  },
  "vi",
);

test("a trace goes as it was recorded, with accuracy and seconds; a drawn line with its corners alone", () => {
  const raw = [
    { lat: 22.1, lon: 105.8, accuracy: 5, at: 1_511_143_200_000 },
    { lat: 22.101, lon: 105.8, accuracy: 6, at: 1_511_143_210_000 },
  ];
  const walked = submissionOf(draft({ [LINE]: { raw } }, null), ROAD, more).line;
  assert.deepEqual(walked, {
    source: "trace",
    pieces: [
      [
        [105.8, 22.1, 5, 1_511_143_200],
        [105.8, 22.101, 6, 1_511_143_210],
      ],
    ],
  });
  const drawn = submissionOf(draft({ [LINE]: { drawn: raw } }, null), ROAD, more).line;
  assert.deepEqual(drawn, {
    source: "map",
    pieces: [
      [
        [105.8, 22.1],
        [105.8, 22.101],
      ],
    ],
  });
});

test("answers stand over what was known, untouched ones do not", () => {
  assert.deepEqual(merged({ a: 1, b: 2 }, { a: null, b: undefined }), { a: null, b: 2 });
});

test("the number of a question and their total stay, whatever is answered", () => {
  const questions = HOUSEHOLD.questions;
  const steps = questions.map(({ name }) => [name, stepOf(questions, name)]);
  assert.deepEqual(steps, [
    [POSITION, { number: 1, of: 7 }],
    [UNIT, { number: 1, of: 7 }],
    ["name", { number: 2, of: 7 }],
    ["members", { number: 3, of: 7 }],
    ["national_id", { number: 4, of: 7 }],
    [YEAR, { number: 5, of: 7 }],
    ["livestock", { number: 6, of: 7 }],
    ["hygienic_pen", { number: 6, of: 7 }],
    [PHOTOS, { number: 7, of: 7 }],
  ]);
});
