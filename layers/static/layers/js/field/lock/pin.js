/**
 * The key of the list, wrapped by a PIN. Pure, on WebCrypto alone.
 *
 * The list key is random. It is encrypted twice: with a key derived from the PIN (PBKDF2, 600,000 rounds of
 * SHA-256), and that with the device's own key, which no script can read out of the browser. Six digits do not
 * withstand somebody who takes the disk apart; that is why the list holds no national id number.
 */

const ROUNDS = 600_000;
const KEY = { name: "AES-GCM", length: 256 };

/** @typedef {{iv: Uint8Array, bytes: Uint8Array}} Sealed */
/** @typedef {{salt: Uint8Array, inner: Uint8Array, outer: Sealed}} Lock `inner` is the iv of the PIN's layer */

/** A key that stays in the browser. @returns {Promise<CryptoKey>} */
export function makeDeviceKey() {
  return crypto.subtle.generateKey(KEY, false, ["encrypt", "decrypt"]);
}

/**
 * @param {string} pin
 * @param {CryptoKey} deviceKey
 * @returns {Promise<{lock: Lock, listKey: CryptoKey}>}
 */
export async function makeLock(pin, deviceKey) {
  const raw = random(32);
  const salt = random(16);
  const inner = random(12);
  const byPin = await encrypt(await pinKey(pin, salt), inner, raw);
  const outer = await sealBytes(deviceKey, byPin);
  return { lock: { salt, inner, outer }, listKey: await listKeyOf(raw) };
}

/**
 * @param {Lock} lock
 * @param {string} pin
 * @param {CryptoKey} deviceKey
 * @returns {Promise<CryptoKey | null>} nothing for a wrong PIN
 */
export async function openLock(lock, pin, deviceKey) {
  const byPin = await openBytes(deviceKey, lock.outer);
  try {
    const key = await pinKey(pin, lock.salt);
    return await listKeyOf(await crypto.subtle.decrypt({ name: "AES-GCM", iv: lock.inner }, key, byPin));
  } catch (error) {
    if (error.name === "OperationError") return null;
    throw error;
  }
}

/** @param {CryptoKey} key @param {BufferSource} bytes @returns {Promise<Sealed>} */
export async function sealBytes(key, bytes) {
  const iv = random(12);
  return { iv, bytes: await encrypt(key, iv, bytes) };
}

/** @param {CryptoKey} key @param {Sealed} sealed @returns {Promise<ArrayBuffer>} */
export function openBytes(key, { iv, bytes }) {
  return crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, bytes);
}

/** @param {CryptoKey} key @param {any} value anything that JSON holds */
export function sealJson(key, value) {
  return sealBytes(key, new TextEncoder().encode(JSON.stringify(value)));
}

/** @param {CryptoKey} key @param {Sealed} sealed */
export async function openJson(key, sealed) {
  return JSON.parse(new TextDecoder().decode(await openBytes(key, sealed)));
}

async function pinKey(pin, salt) {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, [
    "deriveKey",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return crypto.subtle.deriveKey(how, typed, KEY, false, ["encrypt", "decrypt"]);
}

function listKeyOf(raw) {
  return crypto.subtle.importKey("raw", raw, KEY, false, ["encrypt", "decrypt"]);
}

async function encrypt(key, iv, bytes) {
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes));
}

function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}
