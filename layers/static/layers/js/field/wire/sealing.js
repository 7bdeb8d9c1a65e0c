/**
 * Sealing to the server's public key: whoever finds the phone finds nothing that can be read. Pure, WebCrypto.
 * The bytes are those of "Sealing" and "the export file" in docs/field-protocol.md.
 */

const MAGIC = "NTM1";
const EXPORT_MAGIC = "NTMX1";
export const RECORD = 1;
export const ATTACHMENT = 2;

/** @typedef {{kid: string, key: CryptoKey}} ServerKey */

/**
 * @param {{kid: string, spki: string}} given by the server; `spki` is base64 of the key's DER
 * @returns {Promise<ServerKey>}
 */
export async function serverKeyOf({ kid, spki }) {
  const bytes = Uint8Array.from(atob(spki), (letter) => letter.charCodeAt(0));
  const how = { name: "RSA-OAEP", hash: "SHA-256" };
  return { kid, key: await crypto.subtle.importKey("spki", bytes, how, false, ["encrypt"]) };
}

/**
 * @param {ServerKey} server
 * @param {1 | 2} kind
 * @param {Uint8Array} plain
 * @returns {Promise<Uint8Array>} sealed once, sent as often as it takes: another sealing has other bytes
 */
export async function seal(server, kind, plain) {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP" }, server.key, raw));
  const head = concat([
    ascii(MAGIC),
    Uint8Array.of(kind),
    fromHex(server.kid),
    Uint8Array.of(wrapped.length >> 8, wrapped.length & 255),
    wrapped,
  ]);
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: head };
  return concat([head, nonce, new Uint8Array(await crypto.subtle.encrypt(how, key, plain))]);
}

/**
 * The file to be carried by hand.
 * @param {string} device its UUID
 * @param {Array<{kind: 1 | 2, bytes: Uint8Array}>} blocks each record before its attachments
 * @returns {Promise<Uint8Array>}
 */
export async function exportFile(device, blocks) {
  const length = new DataView(new ArrayBuffer(4));
  const parts = [ascii(EXPORT_MAGIC), fromHex(device.replaceAll("-", ""))];
  for (const { kind, bytes } of blocks) {
    length.setUint32(0, bytes.length);
    parts.push(Uint8Array.of(kind), new Uint8Array(length.buffer.slice(0)), bytes);
  }
  const whole = concat([...parts, Uint8Array.of(0)]);
  // The hash is over everything before its own block, the byte 0 that begins it not included.
  const hash = fromHex(await sha256(whole.subarray(0, -1)));
  return concat([whole, hash]);
}

/** @param {Uint8Array} bytes @returns {Promise<string>} hexadecimal */
export async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

function ascii(text) {
  return new TextEncoder().encode(text);
}

function fromHex(text) {
  return Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
}

function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array[]} parts */
function concat(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
