/** Records as the server sends them, and finished forms as it wants them. Pure. */

import { affirmed, CORRECTION } from "../forms/dating.js";
import { changes } from "../forms/questions.js";
import { round } from "../gps/trace.js";
import { LINE, PHOTOS, POSITION, UNIT, YEAR } from "./forms.js";

/**
 * @typedef {object} Row a record in the list
 * @property {string} id
 * @property {string} layer
 * @property {number | null} version null while the server has not confirmed it
 * @property {string} unit code of its hamlet or commune
 * @property {any} geometry GeoJSON, EPSG:4326
 * @property {Record<string, any>} fields
 * @property {Record<string, Record<string, any>>} reviews by year
 * @property {Record<string, string>} proposed by year
 * @property {string} commune of the pack
 */

/** @param {any} record @param {string} commune @returns {Row} */
export function rowOf(record, commune) {
  const { id, layer, version, unit, geometry, fields } = record;
  return {
    id,
    layer,
    version,
    unit,
    geometry,
    fields,
    reviews: record.reviews ?? {},
    proposed: record.proposed ?? {},
    commune,
  };
}

/**
 * What the phone knew of a record before the form was filled in, by question.
 * @param {Form} form
 * @param {Row | null} row
 * @param {number | string | null} year
 */
export function knownValues(form, row, year) {
  const known = {};
  for (const question of form.questions) {
    if (question.name.startsWith("@") || question.secret) continue;
    known[question.name] =
      (question.review ? row?.reviews[String(year)] : row?.fields)?.[question.name] ?? null;
  }
  if (row?.geometry) known[form.geometry === "line" ? LINE : POSITION] = row.geometry;
  return known;
}

/**
 * @param {Draft} draft
 * @param {Form} form
 * @param {{device: string, seq: number, finalizedAt: string, after: string | null,
 *   attachments: Array<{name: string, sha256: string, size: number}>}} more
 * @returns {any} the record on its way, before it is sealed
 */
export function submissionOf(draft, form, { device, seq, finalizedAt, after, attachments }) {
  const year = draft.answers[YEAR] ?? null;
  const known = knownValues(form, draft.row, year);
  const own = form.questions.filter(({ name }) => !name.startsWith("@"));
  return {
    instance_id: draft.id,
    device_id: device,
    form_id: form.id,
    form_version: form.version,
    seq,
    finalized_at: finalizedAt,
    record: { id: draft.record.id, base_version: draft.record.version, after },
    unit: draft.answers[UNIT] ?? draft.row?.unit ?? draft.commune,
    year: form.byYear ? Number(year) : null,
    fields: [...changes(own, known, draft.answers), ...affirmed(form, draft.row, draft.answers)],
    correction: draft.answers[CORRECTION] === true,
    location: locationOf(draft),
    line: lineOf(draft.answers[LINE]),
    attachments,
  };
}

function locationOf(draft) {
  const place = draft.answers[POSITION];
  if (!place) return null;
  const { lat, lon, accuracy, source, at, reason } = place;
  return { lat, lon, accuracy, source, at, reason, old: oldLocation(draft.row) };
}

function oldLocation(row) {
  if (row?.geometry?.type !== "Point") return null;
  const [lon, lat] = row.geometry.coordinates;
  return { lat, lon, accuracy: row.fields.accuracy_m ?? null };
}

/** A trace goes as it was recorded: the server cuts it, and keeps the whole. */
function lineOf(answer) {
  if (answer?.raw?.length) {
    const piece = answer.raw.map(({ lat, lon, accuracy, at }) => [
      round(lon),
      round(lat),
      accuracy,
      at / 1000,
    ]);
    return { source: "trace", pieces: [piece] };
  }
  if (answer?.drawn?.length > 1) {
    return { source: "map", pieces: [answer.drawn.map(({ lat, lon }) => [round(lon), round(lat)])] };
  }
  return null;
}

/** Whether a form says anything at all. @param {any} submission */
export function saysNothing(submission) {
  const { fields, location, line, attachments } = submission;
  return !fields.length && !location && !line && !attachments.length;
}

/**
 * The record as it will be, for the phone's own list until the server has spoken.
 * @param {any} submission
 * @param {Form} form
 * @param {Row | null} row
 * @param {string} commune
 * @returns {Row}
 */
export function rowAfter(submission, form, row, commune) {
  const next = structuredClone(
    row ?? {
      id: submission.record.id,
      layer: form.layer,
      version: null,
      unit: submission.unit,
      geometry: null,
      fields: {},
      reviews: {},
      proposed: {},
      commune,
    },
  );
  for (const { name, new: value } of submission.fields) {
    const question = form.questions.find((one) => one.name === name);
    if (question.secret) continue;
    if (question.review) next.reviews[submission.year] = { ...next.reviews[submission.year], [name]: value };
    else next.fields[name] = value;
  }
  const { location, line } = submission;
  if (location) {
    next.geometry = { type: "Point", coordinates: [location.lon, location.lat] };
    next.fields.accuracy_m = location.accuracy;
  }
  if (line)
    next.geometry = { type: "LineString", coordinates: line.pieces[0].map(([lon, lat]) => [lon, lat]) };
  return next;
}

/** Photos are named in the order in which they were taken. @param {number} index from 0 */
export function photoName(index) {
  return `photo-${index + 1}.jpg`;
}

export { PHOTOS };
