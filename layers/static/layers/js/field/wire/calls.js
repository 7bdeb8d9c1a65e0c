/**
 * How the server is spoken to: `docs/field-protocol.md`. This folder is the only one that knows.
 * Nothing is thrown: no answer is status 0, and every refusal carries the server's reason in words.
 */

import { formOf, words } from "./forms.js";
import { rowOf } from "./records.js";

const ROOT = "/api/field/v1";
/** What this app can do; the server says which version it needs at least. */
const APP_VERSION = "1";
const PATIENCE_MS = 60_000;
const PING_MS = 8_000;
const PAGE = 500;
const OUTDATED = 426;

/** It tells "outdated" when the server no longer understands this version of the app. */
export class Wire extends EventTarget {
  /** @param {Device} device @param {string} language */
  constructor(device, language) {
    super();
    this.device = device;
    this.language = language;
  }

  /** @returns {Promise<boolean>} whether this server answers, now */
  async ping() {
    const { status, response } = await this.call("/ping", { patience: PING_MS });
    return status === 200 && (await response.text().catch(() => "")).trim() === "pong";
  }

  /** Sign in. @param {{username: string, password: string, label: string}} typed @param {string} device of an earlier sign-in, or "" */
  async register(typed, device) {
    const body = { ...typed, app_version: Number(APP_VERSION), device_id: device || null };
    const said = await this.json("/devices", {
      method: "POST",
      body: JSON.stringify(body),
      headers: JSON_BODY,
    });
    if (said.status !== 201) return said;
    const { device_id, submit_token, read_token, user, key } = said.body;
    const known = { id: device_id, submitToken: submit_token, key, role: user.role, name: user.name };
    return { ...said, device: known, readToken: read_token };
  }

  /** Tell the office how this phone is. @returns {Promise<{status: number, revoked?: boolean}>} */
  async report(state) {
    const body = JSON.stringify({ app_version: Number(APP_VERSION), ...state });
    const said = await this.json("/devices/self", {
      method: "PUT",
      body,
      headers: JSON_BODY,
      token: this.device.submitToken,
    });
    return { ...said, revoked: said.body?.revoked === true || said.status === 403 };
  }

  /** @param {string} token that reads */
  async packs(token) {
    const [forms, packs] = await Promise.all([
      this.json("/forms", { token }),
      this.json("/packs", { token }),
    ]);
    const failed = [forms, packs].find(({ status }) => status !== 200);
    if (failed) return failed;
    return {
      status: 200,
      reason: "",
      forms: forms.body.forms.map((form) => formOf(form, this.language)),
      packs: packs.body.packs.map((pack) => this.packOf(pack)),
    };
  }

  packOf(pack) {
    const said = words(this.language);
    const { commune, name, title, year, years, basemap, records, hamlets, outline } = pack;
    return {
      commune,
      name: [title, name].filter(Boolean).join(" "),
      year,
      years,
      count: records.count,
      bytes: records.bytes,
      area: outline,
      hamlets: hamlets.map((one) => ({
        code: one.code,
        name: one.name,
        title: [one.title, one.name].filter(Boolean).join(" "),
        point: one.point,
      })),
      indicators: pack.indicators.map((one) => ({
        value: one.value,
        title: `${one.value} ${said(one.name)}`,
        group: `${one.criterion} ${said(one.criterion_name)}`,
      })),
      map: basemap && {
        url: basemap.url,
        size: basemap.bytes,
        sha256: basemap.sha256,
        etag: basemap.etag,
        bbox: basemap.bounds,
      },
    };
  }

  /** One page of changes. @param {string} token @param {string} commune @param {string} since "" for everything */
  async records(token, commune, since) {
    const query = new URLSearchParams({ commune, limit: String(PAGE) });
    if (since) query.set("since", since);
    const said = await this.json(`/records?${query}`, { token });
    if (said.status !== 200) return said;
    const { records, cursor, more } = said.body;
    return {
      ...said,
      rows: records.filter((record) => !record.deleted).map((record) => rowOf(record, commune)),
      gone: records.filter((record) => record.deleted).map(({ id }) => id),
      cursor,
      more,
    };
  }

  /** A piece of a map file, from byte `from` up to but not including `to`. */
  async mapPiece(token, { url, etag }, from, to) {
    const headers = { Range: `bytes=${from}-${to - 1}`, "If-Range": etag };
    const { status, response } = await this.call(url, { token, headers });
    if (status !== 206) return { status, reason: await reasonOf(response) };
    try {
      return { status, blob: await response.blob() };
    } catch {
      return { status: 0 };
    }
  }

  /** Send a finished record: always the same bytes. @param {Item} item */
  async submit(item) {
    const headers = {
      "Content-Type": "application/octet-stream",
      "Idempotency-Key": item.id,
      "X-Sent-At": new Date().toISOString(),
    };
    const options = {
      method: "POST",
      body: item.body,
      headers,
      token: this.device.submitTokenOf(item.owner),
    };
    return answered(await this.json("/submissions", options));
  }

  /**
   * Send several finished records of one owner at once.
   * @param {Item[]} items
   * @returns {Promise<{status: number, results?: Map<string, Said>, retryAfter?: number, reason?: string}>} by instance id
   */
  async submitTogether(items) {
    const sealed = await Promise.all(items.map(({ body }) => base64(body)));
    const body = JSON.stringify({
      items: items.map(({ id }, index) => ({ instance_id: id, sealed: sealed[index] })),
    });
    const headers = { ...JSON_BODY, "X-Sent-At": new Date().toISOString() };
    const token = this.device.submitTokenOf(items[0].owner);
    const { body: answer, ...rest } = await this.json("/submissions/batch", {
      method: "POST",
      body,
      headers,
      token,
    });
    if (!answer) return rest;
    const results = answer.results.map((one) => [one.instance_id, ofBatch(one)]);
    return { ...rest, results: new Map(results) };
  }

  /** How much of a photo the server has. @param {{sha256: string, owner: string}} attachment */
  async offset({ sha256, owner }) {
    const token = this.device.submitTokenOf(owner);
    return uploaded(await this.call(`/attachments/${sha256}`, { method: "HEAD", token }));
  }

  /** @param {{sha256: string, owner: string}} attachment @param {number} at @param {Blob} piece */
  async sendPiece({ sha256, owner }, at, piece) {
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at) };
    const options = { method: "PATCH", body: piece, headers, token: this.device.submitTokenOf(owner) };
    const said = await uploaded(await this.call(`/attachments/${sha256}`, options), at + piece.size);
    return said;
  }

  /** What became of what this phone sent. @param {string} token that reads */
  async outcomes(token) {
    const said = await this.json(`/submissions?${new URLSearchParams({ device: this.device.id })}`, {
      token,
    });
    return {
      ...said,
      answers: (said.body?.submissions ?? []).map((answer) => ({
        id: answer.instance_id,
        form: answer.form_id,
        state: answer.state,
        proposed: waits(answer),
        note: answer.note,
        title: answer.title ?? "",
        record: answer.record?.id ?? "",
        at: answer.received_at,
      })),
    };
  }

  async json(path, options) {
    const { status, response } = await this.call(path, options);
    if (!response) return { status, reason: "" };
    const body = await response.json().catch(() => null);
    const retryAfter = Number(response.headers.get("Retry-After")) || 0;
    if (!response.ok) return { status, reason: inWords(body), errors: body?.errors ?? [], retryAfter };
    // An answer that was cut off is no answer.
    return body === null ? { status: 0, reason: "" } : { status, body, reason: "", retryAfter };
  }

  async call(path, { patience = PATIENCE_MS, token = "", headers = {}, ...options } = {}) {
    const asked = { "Accept-Language": this.language, "X-App-Version": APP_VERSION, ...headers };
    if (token) asked.Authorization = `Bearer ${token}`;
    const address = path.startsWith(ROOT) ? path : ROOT + path;
    try {
      const signal = AbortSignal.timeout(patience);
      const response = await fetch(address, {
        cache: "no-store",
        credentials: "omit",
        ...options,
        headers: asked,
        signal,
      });
      if (response.status === OUTDATED) this.dispatchEvent(new Event("outdated"));
      return { status: response.status, response };
    } catch {
      return { status: 0, response: null };
    }
  }
}

const JSON_BODY = { "Content-Type": "application/json" };

/** One record's answer among several. @returns {Said} */
function ofBatch({ status, body }) {
  if (status < 300) return said(status, body);
  return { status, reason: inWords(body), errors: body.errors ?? [], retryAfter: body.retry_after ?? 0 };
}

/** @param {Uint8Array} bytes @returns {Promise<string>} */
async function base64(bytes) {
  const reader = new FileReader();
  const read = new Promise((resolve, reject) => {
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
  });
  reader.readAsDataURL(new Blob([bytes]));
  return (await read).split(",")[1];
}

/** @returns {Said} */
function answered({ status, body, reason, errors, retryAfter }) {
  if (!body) return { status, reason, errors, retryAfter };
  return said(status, body);
}

function said(status, answer) {
  return {
    status,
    complete: answer.complete === true,
    proposed: waits(answer),
    state: answer.state,
    missing: (answer.missing ?? []).map(({ name }) => name),
    record: answer.record ?? null,
    reason: answer.note ?? "",
  };
}

/** Whether what a form proposes is not decided on yet. */
function waits(answer) {
  return (answer.proposed ?? []).length > 0;
}

async function uploaded({ status, response }, sent = 0) {
  if (!response) return { status, offset: 0 };
  const header = response.headers.get("Upload-Offset");
  const offset = header === null ? (status === 200 ? sent : 0) : Number(header);
  const body = status === 200 || status >= 400 ? await response.json().catch(() => null) : null;
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  const done = status === 200 && body?.instance_id ? said(200, body) : null;
  return { status, offset, said: done, reason: status >= 400 ? inWords(body) : "", retryAfter };
}

async function reasonOf(response) {
  return response ? inWords(await response.json().catch(() => null)) : "";
}

/** A problem document in words; what is wrong at which field is told apart. */
function inWords(problem) {
  return problem?.detail || problem?.title || "";
}
