import assert from "node:assert/strict";
import test from "node:test";
import "./catalogue.js";
import { bundles } from "../../layers/static/layers/js/field/queue/bundles.js";
import { Sender } from "../../layers/static/layers/js/field/queue/sender.js";

/** The outbox in memory: what is tested here is who is sent when, not how it is stored. */
class Box {
  constructor(items) {
    this.items = new Map(items.map((item) => [item.id, item]));
    this.parts = new Map();
  }
  async recover() {}
  async all() {
    return [...this.items.values()].sort((a, b) => a.seq - b.seq);
  }
  async get(id) {
    return this.items.get(id);
  }
  async save(item) {
    this.items.set(item.id, item);
  }
  async remove(id) {
    this.items.delete(id);
  }
  async part(_id, name) {
    return this.parts.get(name);
  }
}

const alone = { request: (_name, _how, work) => work({}) };
const photo = (name, size = 600_000) => ({ name, sha256: `hash of ${name}`, size, done: false });
const item = (seq, attachments = []) => ({
  id: `r${seq}`,
  seq,
  state: "ready",
  attachments,
  tries: 0,
  nextAt: 0,
  reason: "",
  finalizedAt: "2017-11-20",
});

/** A server that answers as told. */
function talk(answers) {
  const log = [];
  return {
    log,
    ping: async () => answers.ping ?? true,
    submit: async ({ id }) => {
      log.push(`submit ${id}`);
      return answers.submit(id, log);
    },
    submitTogether: async (items) => {
      log.push(`together ${items.map(({ id }) => id).join(" ")}`);
      return answers.together(items);
    },
    offset: async ({ sha256 }) => {
      log.push(`head ${sha256}`);
      return answers.offset?.(sha256) ?? { status: 204, offset: 0 };
    },
    sendPiece: async ({ sha256 }, at, piece) => {
      log.push(`patch ${sha256} ${at}+${piece.size}`);
      return answers.piece?.(sha256, at, piece, log) ?? { status: 204, offset: at + piece.size };
    },
  };
}

function sender(items, answers, parts = {}) {
  const outbox = new Box(items);
  for (const [name, size] of Object.entries(parts)) outbox.parts.set(name, new Blob([new Uint8Array(size)]));
  const wire = talk(answers);
  const timers = [];
  const made = new Sender({
    outbox,
    wire,
    locks: alone,
    now: () => 1000,
    chance: () => 1,
    later: (_run, ms) => timers.push(ms),
    forget: () => {},
  });
  return { made, outbox, wire, timers };
}

const done = () => ({ status: 201, complete: true, state: "applied" });

test("records go oldest first, and leave the phone when they are complete", async () => {
  const { made, outbox, wire } = sender([item(2), item(1)], { submit: done });
  await made.send();
  assert.deepEqual(wire.log, ["submit r1", "submit r2"]);
  assert.equal(outbox.items.size, 0);
});

test("without a pong nothing is sent, whatever the browser says of the network", async () => {
  const { made, wire, timers } = sender([item(1)], { ping: false, submit: done });
  await made.send();
  assert.deepEqual(wire.log, []);
  assert.equal(made.reached, false);
  assert.deepEqual(timers, [5000]);
});

test("a refused record waits for a person with the server's reason, and holds up no other", async () => {
  const { made, outbox, wire } = sender([item(1), item(2)], {
    submit: (id) => (id === "r1" ? { status: 422, reason: "Số nhân khẩu quá lớn." } : done()),
  });
  await made.send();
  assert.deepEqual(wire.log, ["submit r1", "submit r2"]);
  assert.deepEqual([...outbox.items.keys()], ["r1"]);
  const kept = outbox.items.get("r1");
  assert.deepEqual([kept.state, kept.reason], ["attention", "Số nhân khẩu quá lớn."]);
  await made.send({ now: true });
  assert.equal(wire.log.length, 2, "it is not sent again by itself");
});

test("what the server says of single answers is kept with the record", async () => {
  const errors = [{ field: "members", message: "Số quá lớn." }];
  const { made, outbox } = sender([item(1)], { submit: () => ({ status: 422, reason: "Sai.", errors }) });
  await made.send();
  assert.deepEqual(outbox.items.get("r1").errors, errors);
});

test("an app that is too old keeps its record, to be sent once it has been updated", async () => {
  const { made, outbox } = sender([item(1)], { submit: () => ({ status: 426, reason: "Cũ." }) });
  await made.send();
  assert.deepEqual([outbox.items.get("r1").state, outbox.items.get("r1").nextAt], ["ready", 6000]);
});

test("a lost answer costs a wait, never the record", async () => {
  const { made, outbox } = sender([item(1)], { submit: () => ({ status: 0 }) });
  await made.send();
  const kept = outbox.items.get("r1");
  assert.deepEqual([kept.state, kept.tries, kept.nextAt], ["ready", 1, 6000]);
});

test("many go together, each with an answer of its own", async () => {
  const items = [1, 2, 3, 4, 5].map((seq) => item(seq));
  const errors = [{ field: "members", message: "Số quá lớn." }];
  const together = (sent) => {
    const results = new Map(sent.map(({ id }) => [id, done()]));
    results.set("r2", { status: 422, reason: "Sai.", errors });
    results.delete("r3");
    return { status: 200, results };
  };
  const { made, outbox, wire } = sender(items, { together });
  await made.send();
  assert.deepEqual(wire.log, ["together r1 r2 r3 r4 r5"]);
  const kept = [...outbox.items.values()].map(({ id, state }) => [id, state]);
  assert.deepEqual(
    kept,
    [
      ["r2", "attention"],
      ["r3", "ready"],
    ],
    "what was not answered is asked again",
  );
});

test("a bundle that time heals waits whole; one that is refused as such goes record by record", async () => {
  const items = [1, 2, 3, 4, 5].map((seq) => item(seq));
  const busy = sender(items, { together: () => ({ status: 503, retryAfter: 30 }) });
  await busy.made.send();
  assert.deepEqual(
    [...busy.outbox.items.values()].map(({ state, nextAt }) => [state, nextAt]),
    Array(5).fill(["ready", 31_000]),
  );
  const heavy = sender(items, { together: () => ({ status: 413 }), submit: done });
  await heavy.made.send();
  assert.equal(heavy.wire.log.length, 6);
  assert.equal(heavy.outbox.items.size, 0);
});

test("forms of two people never go in one bundle", () => {
  const of = (owner) => ({ owner, body: new Uint8Array(10) });
  const found = bundles([of("a"), of("a"), of("b"), { owner: "b", body: new Uint8Array(700_000) }]);
  assert.deepEqual(
    found.map((bundle) => bundle.map(({ owner }) => owner).join("")),
    ["aa", "b", "b"],
  );
  assert.deepEqual(
    bundles(Array(120).fill(of("a"))).map(({ length }) => length),
    [50, 50, 20],
  );
});

test("all texts go before any photo", async () => {
  const waiting = (id) => ({
    status: 201,
    complete: id === "r2",
    missing: id === "r1" ? ["photo-1.jpg"] : [],
  });
  let first = true;
  const { made, wire } = sender(
    [item(1, [photo("photo-1.jpg", 100)]), item(2)],
    {
      submit: (id) => {
        const answer = id === "r1" && !first ? done() : waiting(id);
        if (id === "r1") first = false;
        return answer;
      },
    },
    { "photo-1.jpg": 100 },
  );
  await made.send();
  assert.deepEqual(wire.log, [
    "submit r1",
    "submit r2",
    "head hash of photo-1.jpg",
    "patch hash of photo-1.jpg 0+100",
    "submit r1",
  ]);
});

test("a photo goes in pieces and on from where the server is", async () => {
  const incomplete = { status: 200, complete: false, missing: ["a.jpg"] };
  const { made, outbox, wire } = sender(
    [item(1, [photo("a.jpg")])],
    {
      submit: () => incomplete,
      offset: () => ({ status: 204, offset: 262_144 }),
      piece: (_hash, at, piece) => {
        const offset = at + piece.size;
        return offset < 600_000 ? { status: 204, offset } : { status: 200, offset, said: done() };
      },
    },
    { "a.jpg": 600_000 },
  );
  await made.send();
  assert.deepEqual(wire.log.slice(1), [
    "head hash of a.jpg",
    "patch hash of a.jpg 262144+262144",
    "patch hash of a.jpg 524288+75712",
  ]);
  assert.equal(outbox.items.size, 0, "the last byte's answer says that the record is complete");
});

test("a photo that cannot be sent holds up neither other photos nor other records", async () => {
  const asked = new Set();
  const { made, outbox, wire } = sender(
    [item(1, [photo("a.jpg", 10)]), item(2, [photo("b.jpg", 10)])],
    {
      submit: (id) => {
        const again = asked.has(id);
        asked.add(id);
        return again ? done() : { status: 201, complete: false, missing: [id === "r1" ? "a.jpg" : "b.jpg"] };
      },
      piece: (hash, at, piece) =>
        hash.endsWith("a.jpg") ? { status: 503, retryAfter: 30 } : { status: 204, offset: at + piece.size },
    },
    { "a.jpg": 10, "b.jpg": 10 },
  );
  await made.send();
  assert.ok(wire.log.includes("patch hash of b.jpg 0+10"));
  assert.deepEqual([...outbox.items.keys()], ["r1"]);
  const kept = outbox.items.get("r1");
  assert.deepEqual([kept.state, kept.nextAt], ["photos", 31_000], "as long as the server asked");
});

test("a damaged photo is sent again from the start, but not for ever", async () => {
  const { made, outbox, wire } = sender(
    [item(1, [photo("a.jpg", 10)])],
    {
      submit: () => ({ status: 201, complete: false, missing: ["a.jpg"] }),
      piece: () => ({ status: 422, reason: "Ảnh hỏng." }),
    },
    { "a.jpg": 10 },
  );
  await made.send();
  assert.equal(wire.log.filter((line) => line.startsWith("patch")).length, 3);
  assert.deepEqual([outbox.items.get("r1").state, outbox.items.get("r1").reason], ["attention", "Ảnh hỏng."]);
});

test("who does not get the lock does not send", async () => {
  const { made, wire } = sender([item(1)], { submit: done });
  made.locks = { request: (_name, _how, work) => work(null) };
  await made.send();
  assert.deepEqual(wire.log, []);
});

test("what happens at the end of a sync happens only with a server that answers", async () => {
  let told = 0;
  const { made } = sender([], { submit: done });
  made.after = async () => {
    told += 1;
  };
  await made.send();
  assert.equal(told, 1);
});
