import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import {
  ATTACHMENT,
  exportFile,
  RECORD,
  seal,
  serverKeyOf,
  sha256,
} from "../../layers/static/layers/js/field/wire/sealing.js";

const how = {
  name: "RSA-OAEP",
  hash: "SHA-256",
  modulusLength: 3072,
  publicExponent: Uint8Array.of(1, 0, 1),
};
const pair = await crypto.subtle.generateKey(how, true, ["encrypt", "decrypt"]);
const spki = Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey));
const kid = createHash("sha256").update(spki).digest("hex").slice(0, 16);
const server = await serverKeyOf({ kid, spki: spki.toString("base64") });

/** Open what was sealed, as the protocol says, byte by byte. */
async function open(sealed) {
  const bytes = Buffer.from(sealed);
  const length = bytes.readUInt16BE(13);
  const wrapped = bytes.subarray(15, 15 + length);
  const raw = await crypto.subtle.decrypt({ name: "RSA-OAEP" }, pair.privateKey, wrapped);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  const iv = bytes.subarray(15 + length, 27 + length);
  const additionalData = bytes.subarray(0, 15 + length);
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv, additionalData },
    key,
    bytes.subarray(27 + length),
  );
  return {
    magic: bytes.subarray(0, 4).toString(),
    kind: bytes[4],
    kid: bytes.subarray(5, 13).toString("hex"),
    text: Buffer.from(plain).toString(),
  };
}

test("the server, and nobody else, opens what was sealed", async () => {
  const sealed = await seal(server, RECORD, new TextEncoder().encode("Hoàng Thị Nà"));
  assert.deepEqual(await open(sealed), { magic: "NTM1", kind: 1, kid, text: "Hoàng Thị Nà" });
  assert.equal(Buffer.from(sealed).includes(Buffer.from("Hoàng")), false);
});

test("what was changed on the way is not opened, be it only its kind", async () => {
  const sealed = await seal(server, ATTACHMENT, Uint8Array.of(1, 2, 3));
  sealed[4] = RECORD;
  await assert.rejects(open(sealed));
});

test("each sealing has a key of its own, so it is done once and kept", async () => {
  const plain = new Uint8Array(10);
  assert.notDeepEqual(await seal(server, RECORD, plain), await seal(server, RECORD, plain));
});

test("the file to be carried holds each block with its kind and length, and a hash over all of it", async () => {
  const device = "00112233-4455-6677-8899-aabbccddeeff";
  const blocks = [
    { kind: RECORD, bytes: Uint8Array.of(7, 8, 9) },
    { kind: ATTACHMENT, bytes: new Uint8Array(300).fill(5) },
  ];
  const file = Buffer.from(await exportFile(device, blocks));
  assert.equal(file.subarray(0, 5).toString(), "NTMX1");
  assert.equal(file.subarray(5, 21).toString("hex"), device.replaceAll("-", ""));
  assert.deepEqual([...file.subarray(21, 29)], [1, 0, 0, 0, 3, 7, 8, 9]);
  assert.deepEqual([...file.subarray(29, 34)], [2, 0, 0, 1, 44]);
  assert.equal(file[334], 0);
  assert.equal(file.length, 334 + 33);
  const hash = createHash("sha256").update(file.subarray(0, 334)).digest("hex");
  assert.equal(file.subarray(335).toString("hex"), hash);
});

test("hashes are written as the server writes them", async () => {
  assert.equal(
    await sha256(new TextEncoder().encode("abc")),
    createHash("sha256").update("abc").digest("hex"),
  );
});
