import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { propertiesFrom } from "../../layers/static/layers/js/edit/form.js";

const FIELDS = [
  { name: "name", kind: "text", boolean: false, choices: [] },
  { name: "width_m", kind: "number", boolean: false, choices: [] },
  { name: "as_of", kind: "date", boolean: false, choices: [] },
  {
    name: "muddy",
    kind: "choice",
    boolean: true,
    choices: [{ value: "true" }, { value: "false" }, { value: "" }],
  },
  { name: "surface", kind: "choice", boolean: false, choices: [{ value: "earth" }, { value: "" }] },
  {
    name: "condition",
    kind: "choice",
    boolean: false,
    choices: [{ value: "1" }, { value: "5" }, { value: "" }],
  },
];

function form(values) {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

test("what was typed arrives in its own type", () => {
  const typed = form({
    name: " Nà Ỏi ",
    width_m: "3.5",
    as_of: "2017-12-31",
    muddy: "false",
    surface: "earth",
    condition: "5",
  });
  assert.deepEqual(propertiesFrom(typed, FIELDS), {
    name: "Nà Ỏi",
    width_m: 3.5,
    as_of: "2017-12-31",
    muddy: false,
    surface: "earth",
    condition: 5,
  });
});

test("what was left empty is nothing, or an empty word", () => {
  const empty = Object.fromEntries(FIELDS.map((field) => [field.name, ""]));
  assert.deepEqual(propertiesFrom(form(empty), FIELDS), {
    name: "",
    width_m: null,
    as_of: null,
    muddy: null,
    surface: "",
    condition: null,
  });
});

test("a field that the form does not show is not sent", () =>
  assert.deepEqual(propertiesFrom(form({}), FIELDS), {}));
