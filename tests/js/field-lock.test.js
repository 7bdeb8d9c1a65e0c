import assert from "node:assert/strict";
import test from "node:test";
import {
  makeDeviceKey,
  makeLock,
  openJson,
  openLock,
  sealJson,
} from "../../layers/static/layers/js/field/lock/pin.js";
import { daysLeft, isEasy, isExpired, isPin } from "../../layers/static/layers/js/field/lock/rules.js";

test("the right PIN opens what was sealed; a wrong one, or another phone's key, opens nothing", async () => {
  const deviceKey = await makeDeviceKey();
  const { lock, listKey } = await makeLock("204060", deviceKey);
  const sealed = await sealJson(listKey, { name: "Hoàng Thị Nà" });
  const opened = await openLock(lock, "204060", deviceKey);
  assert.deepEqual(await openJson(opened, sealed), { name: "Hoàng Thị Nà" });
  assert.equal(await openLock(lock, "204061", deviceKey), null);
  await assert.rejects(openLock(lock, "204060", await makeDeviceKey()));
});

test("neither key can be read out of the browser", async () => {
  const deviceKey = await makeDeviceKey();
  const { listKey } = await makeLock("204060", deviceKey);
  for (const key of [deviceKey, listKey]) await assert.rejects(crypto.subtle.exportKey("raw", key));
});

const DAY = 86_400_000;

test("the list locks fourteen days after the last sign-in, whatever the clock is set back to", () => {
  const login = { loginAt: 0, seenAt: 0 };
  assert.equal(isExpired(login, 14 * DAY), false);
  assert.equal(isExpired(login, 14 * DAY + 1), true);
  assert.equal(isExpired({ loginAt: 0, seenAt: 15 * DAY }, DAY), true);
  assert.equal(daysLeft(login, 13.5 * DAY), 1);
});

test("a PIN has six digits", () => {
  assert.deepEqual(["123456", "12345", "1234567", "12a456", ""].map(isPin), [
    true,
    false,
    false,
    false,
    false,
  ]);
});

test("the PINs that anybody tries first are not taken", () => {
  assert.deepEqual(["000000", "777777", "123456", "654321"].map(isEasy), [true, true, true, true]);
  assert.deepEqual(["204060", "123457", "246802"].map(isEasy), [false, false, false]);
});
