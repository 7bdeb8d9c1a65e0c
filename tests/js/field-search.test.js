import assert from "node:assert/strict";
import test from "node:test";
import { find, indexOf, searchKey } from "../../layers/static/layers/js/field/list/search.js";

const ROWS = ["Nguyễn Văn Đạt", "Hoàng Thị Nà", "Đinh Thị Vân", "Nông Văn Dương"];
const index = indexOf(ROWS, (row) => row);

test("names are found without diacritics, with them, composed or not", () => {
  for (const text of ["nguyen van dat", "Nguyễn Văn Đạt", "Nguyễn Văn Đạt".normalize("NFD"), "NGUYỄN"]) {
    assert.deepEqual(find(index, text), ["Nguyễn Văn Đạt"], text);
  }
});

test("đ is d, and two spaces are one", () => assert.equal(searchKey("  Đường   Đê "), "duong de"));

test("words may come in any order; where a word begins comes before where it merely is", () => {
  assert.deepEqual(find(index, "dat nguyen"), ["Nguyễn Văn Đạt"]);
  assert.deepEqual(find(index, "v"), ["Nguyễn Văn Đạt", "Đinh Thị Vân", "Nông Văn Dương"]);
  assert.deepEqual(find(index, "n").at(-1), "Đinh Thị Vân");
});

test("a word of its own comes before the beginning of another, wherever it stands", () => {
  const names = indexOf(["Lan Anh", "Hoàng Lan", "Nguyễn Anh Tuấn", "Anhông"], (row) => row);
  assert.deepEqual(find(names, "anh"), ["Lan Anh", "Nguyễn Anh Tuấn", "Anhông"]);
  assert.deepEqual(
    find(
      indexOf(["Lanh Văn", "Lan Văn"], (row) => row),
      "lan van",
    ),
    ["Lan Văn", "Lanh Văn"],
  );
});

test("nothing asked is everything; nothing found is nothing", () => {
  assert.equal(find(index, " ").length, 4);
  assert.deepEqual(find(index, "xyz"), []);
});
