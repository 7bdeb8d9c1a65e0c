/** Packs: what the server offers of each commune, what of it is on the phone, and the getting of it. */

import { megabytes, number } from "../../format.js";
import { sha256 } from "../wire/sealing.js";
import { remember } from "./db.js";

/** So much of a map is asked for at a time; a cut costs no more than that. */
const PIECE = 1 << 20;

/** How many records have come, of how many. @param {number} count @param {number} total */
const soFar = (count, total) => `${gettext("Records…")} ${number(count, 0)} / ${number(total, 0)}`;

/**
 * @typedef {object} Pack
 * @property {string} commune its code
 * @property {string} name
 * @property {number} year of the survey
 * @property {number[]} years whose answers come with the records
 * @property {any} area outline, GeoJSON
 * @property {Array<{code: string, name: string, title: string, point: [number, number]}>} hamlets
 * @property {Array<{value: string, title: string, group: string}>} indicators
 * @property {number} count records
 * @property {number} bytes that the records weigh, about
 * @property {{url: string, size: number, sha256: string, etag: string, bbox: number[]} | null} map
 * @property {string} [recordsAt] when they were last brought up to date
 * @property {string} [mapAt] when the map was
 * @property {string} [mapHash] of the map that is on the phone
 * @property {string} [mapBegun] hash of the map whose pieces are on the phone
 */

export class Packs {
  constructor({ db, vault, list, maps, wire, device }) {
    Object.assign(this, { db, vault, list, maps, wire, device });
    /** @type {Record<string, Pack>} */
    this.kept = {};
    this.paused = false;
  }

  async begin() {
    this.kept = (await this.db.get("meta", "packs")) ?? {};
  }

  /** @returns {Array<Pack & {toDownload: number}>} */
  get all() {
    return Object.values(this.kept).map((pack) => ({ ...pack, toDownload: this.toDownload(pack) }));
  }

  /** @param {string} commune @returns {Pack | undefined} */
  of(commune) {
    return this.kept[commune];
  }

  /** The hamlet of a record, or its commune, by name. @param {Row} row */
  placeOf(row) {
    const pack = this.kept[row.commune];
    return pack?.hamlets.find(({ code }) => code === row.unit)?.title ?? pack?.name ?? "";
  }

  /** Packs whose records are on the phone. */
  get held() {
    return Object.values(this.kept).filter((pack) => pack.recordsAt);
  }

  toDownload(pack) {
    const map = pack.map && pack.map.sha256 !== pack.mapHash ? pack.map.size : 0;
    return map + (pack.recordsAt ? 0 : pack.bytes);
  }

  /** Ask what there is. Without an answer what is known already stands. @returns {Promise<{reason: string}>} */
  async offer() {
    const said = await this.wire.packs(await this.vault.readToken());
    if (said.status === 0)
      return { reason: gettext("The server cannot be reached; this is what it said last.") };
    if (said.status !== 200) return { reason: said.reason };
    await this.device.takeForms(said.forms);
    this.kept = Object.fromEntries(
      said.packs.map((pack) => [pack.commune, { ...this.kept[pack.commune], ...pack }]),
    );
    await this.keep();
    return { reason: "" };
  }

  /** The list was erased, and the maps of where the list was are nobody's business either. */
  async forget() {
    const communes = Object.keys(this.kept);
    this.kept = {};
    for (const commune of communes) await this.maps.remove(commune);
  }

  keep() {
    return remember(this.db, "packs", this.kept);
  }

  pause() {
    this.paused = true;
  }

  /**
   * Records first, the map after them; what has come stays, whatever happens next.
   * @param {string} commune
   * @param {(share: number, what: string) => void} told
   * @returns {Promise<{reason: string}>} why it stopped; "" where it is done
   */
  async download(commune, told) {
    this.paused = false;
    const token = await this.vault.readToken();
    const records = await this.records(commune, token, told);
    if (records.reason) return records;
    const pack = this.kept[commune];
    if (!pack.map || pack.map.sha256 === pack.mapHash) return { reason: "" };
    return this.map(pack, token, told);
  }

  async records(commune, token, told) {
    const total = this.kept[commune].count;
    const tell = (count) => told(Math.min(1, count / Math.max(1, total)), soFar(count, total));
    tell(this.list.communes.get(commune)?.rows.size ?? 0);
    for (let more = true; more; ) {
      const page = await this.wire.records(token, commune, this.list.cursor(commune));
      if (page.status === 410) {
        this.list.restart(commune);
        continue;
      }
      if (page.status !== 200) return { reason: page.reason || gettext("The server cannot be reached.") };
      await this.list.take(commune, page);
      more = page.more;
      tell(this.list.communes.get(commune).rows.size);
    }
    this.kept[commune].recordsAt = new Date().toISOString();
    await this.keep();
    return { reason: "" };
  }

  async map(pack, token, told) {
    let pieces = await this.piecesOf(pack);
    let at = pieces.reduce((sum, piece) => sum + piece.size, 0);
    const tell = () =>
      told(at / pack.map.size, `${gettext("Map…")} ${megabytes(at)} / ${megabytes(pack.map.size)}`);
    tell();
    while (at < pack.map.size) {
      if (this.paused)
        return { reason: gettext("The download was interrupted. It goes on where it stopped.") };
      const piece = await this.wire.mapPiece(token, pack.map, at, Math.min(at + PIECE, pack.map.size));
      if (piece.status === 412 || piece.status === 200) return this.mapChanged(pack);
      if (piece.status !== 206)
        return {
          reason:
            piece.reason || gettext("The server cannot be reached. The download goes on where it stopped."),
        };
      await this.maps.add(pack.commune, pieces.length, piece.blob);
      pieces = [...pieces, piece.blob];
      at += piece.blob.size;
      tell();
    }
    return this.check(pack);
  }

  /** The pieces of this very map; those of another are thrown away. */
  async piecesOf(pack) {
    if (pack.mapBegun === pack.map.sha256) return this.maps.pieces(pack.commune);
    await this.maps.remove(pack.commune);
    Object.assign(pack, { mapBegun: pack.map.sha256, mapHash: "", mapAt: "" });
    await this.keep();
    return [];
  }

  async mapChanged(pack) {
    await this.maps.remove(pack.commune);
    Object.assign(pack, { mapBegun: "", mapHash: "", mapAt: "" });
    await this.keep();
    return { reason: gettext("The server has a newer map. Open this screen again and download it.") };
  }

  async check(pack) {
    const whole = new Blob(await this.maps.pieces(pack.commune));
    const found = await sha256(new Uint8Array(await whole.arrayBuffer()));
    if (found !== pack.map.sha256) {
      await this.mapChanged(pack);
      return { reason: gettext("The map was damaged on its way. Download it again.") };
    }
    Object.assign(pack, { mapHash: found, mapAt: new Date().toISOString() });
    await this.keep();
    return { reason: "" };
  }

  /** @param {string} commune */
  async remove(commune) {
    await this.maps.remove(commune);
    await this.db.delete("list", commune);
    this.list.restart(commune);
    const { recordsAt, mapAt, mapHash, mapBegun, ...offered } = this.kept[commune];
    this.kept[commune] = offered;
    await this.keep();
  }
}
