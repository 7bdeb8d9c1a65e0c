import assert from "node:assert/strict";
import test from "node:test";
import { waitAfter } from "../../layers/static/layers/js/field/queue/backoff.js";
import { afterAnswer, afterRestart, count, due } from "../../layers/static/layers/js/field/queue/states.js";

test("a record is let go only when the server says that it is complete", () => {
  assert.equal(afterAnswer({ status: 201, complete: true }).state, "accepted");
  assert.equal(afterAnswer({ status: 200, complete: false }).state, "photos");
  assert.equal(afterAnswer({ status: 200 }).state, "photos");
});

test("whatever else is answered, it stays: what time heals is tried again, what a person must heal waits", () => {
  for (const status of [0, 408, 423, 426, 429, 500, 502, 503, 507]) {
    assert.deepEqual(afterAnswer({ status }).state, "ready", String(status));
    assert.equal(afterAnswer({ status }).retry, true);
  }
  for (const status of [400, 403, 404, 409, 413, 422]) {
    const after = afterAnswer({ status, reason: "vì sao" });
    assert.deepEqual(after, { state: "attention", retry: false, reason: "vì sao" }, String(status));
  }
});

test("a killed app asks again for what it was sending", () => {
  assert.deepEqual(["ready", "sending", "photos", "attention"].map(afterRestart), [
    "ready",
    "ready",
    "photos",
    "attention",
  ]);
});

test("the oldest goes first; who waits for a time or a person holds up nobody", () => {
  const item = (seq, state, nextAt = 0) => ({ seq, state, nextAt, finalizedAt: `2017-0${seq}-01` });
  const items = [item(3, "ready"), item(1, "attention"), item(2, "ready", 500), item(4, "photos")];
  assert.deepEqual(
    due(items, 100).map(({ seq }) => seq),
    [3, 4],
  );
  assert.deepEqual(
    due(items, 500).map(({ seq }) => seq),
    [2, 3, 4],
  );
  const counted = { unsent: 4, attention: 1, oldest: "2017-01-01", photos: 0, bytes: 0 };
  assert.deepEqual(count(items), counted);
});

test("photos count until they are sent", () => {
  const attachments = [
    { size: 300_000, done: false },
    { size: 200_000, done: true },
  ];
  const { photos, bytes } = count([
    { state: "photos", finalizedAt: "2017-01-01", attachments },
    { state: "ready", finalizedAt: "2017-01-02", attachments },
  ]);
  assert.deepEqual([photos, bytes], [2, 600_000]);
});

test("waits grow from 5 s to 15 min, spread by half, and never less than the server asked", () => {
  assert.deepEqual(
    [1, 2, 3, 8, 9, 40].map((tries) => waitAfter(tries, 1)),
    [5000, 10_000, 20_000, 640_000, 900_000, 900_000],
  );
  assert.equal(waitAfter(1, 0), 2500);
  assert.equal(waitAfter(1, 0, 30), 30_000);
});
