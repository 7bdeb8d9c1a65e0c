/** Is a position in the commune, or near enough? Pure. */

/** How far beyond the boundary a position is believed without a warning: boundaries are drawn roughly. */
export const MARGIN_M = 500;
const RADIAN = Math.PI / 180;
const METRES_A_DEGREE = 111_320;

/**
 * @param {{lat: number, lon: number}} at
 * @param {{type: string, coordinates: any}} area Polygon or MultiPolygon in EPSG:4326
 * @returns {number} metres outside; 0 inside
 */
export function metresOutside(at, area) {
  const polygons = area.type === "Polygon" ? [area.coordinates] : area.coordinates;
  if (polygons.some((rings) => inside(at, rings))) return 0;
  const distances = polygons.flatMap((rings) => rings.map((ring) => toRing(at, ring)));
  return Math.min(Infinity, ...distances);
}

/** Even–odd over all rings, so that a hole is outside. */
function inside({ lat, lon }, rings) {
  let odd = false;
  for (const ring of rings)
    for (let a = 0, b = ring.length - 1; a < ring.length; b = a++) {
      const [x1, y1] = ring[a];
      const [x2, y2] = ring[b];
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) odd = !odd;
    }
  return odd;
}

/** Over a few kilometres the earth is flat enough. */
function toRing({ lat, lon }, ring) {
  const east = METRES_A_DEGREE * Math.cos(lat * RADIAN);
  let nearest = Infinity;
  for (let index = 1; index < ring.length; index++) {
    const ax = (ring[index - 1][0] - lon) * east;
    const ay = (ring[index - 1][1] - lat) * METRES_A_DEGREE;
    const dx = (ring[index][0] - lon) * east - ax;
    const dy = (ring[index][1] - lat) * METRES_A_DEGREE - ay;
    const square = dx * dx + dy * dy;
    const share = square ? Math.min(1, Math.max(0, -(ax * dx + ay * dy) / square)) : 0;
    nearest = Math.min(nearest, Math.hypot(ax + share * dx, ay + share * dy));
  }
  return nearest;
}
