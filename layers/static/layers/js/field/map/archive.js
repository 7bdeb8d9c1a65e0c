/** Tiles out of a map file on the phone: what protomaps-leaflet asks for, read in slices of a Blob. */

import Point from "@mapbox/point-geometry";
import Protobuf from "pbf";
import { PMTiles } from "pmtiles";
import { decode } from "../../map/tiles.js";

/** The hillshade of a tile is a picture in this extension field of the tile itself. */
const HILLSHADE_FIELD = 16;

/** @param {Blob} blob the whole file, which is never read as a whole @param {string} name */
export function openArchive(blob, name) {
  return new PMTiles({
    getKey: () => name,
    getBytes: async (offset, length) => ({ data: await blob.slice(offset, offset + length).arrayBuffer() }),
  });
}

/** A tile source over one archive. A tile that the archive has not is an empty one, not an error. */
export class ArchiveSource {
  /** @param {PMTiles} archive */
  constructor(archive) {
    this.archive = archive;
  }

  /** @param {{z: number, x: number, y: number}} at @param {number} size */
  async get({ z, x, y }, size) {
    const tile = await this.archive.getZxy(z, x, y);
    if (!tile) return new Map();
    const found = decode(tile.data, size);
    const picture = await hillshadeOf(tile.data);
    if (picture) found.set("hillshade", [spread(picture, size)]);
    return found;
  }
}

/** @param {ArrayBuffer} data @returns {Promise<ImageBitmap | null>} */
async function hillshadeOf(data) {
  const read = (tag, found, pbf) => {
    if (tag === HILLSHADE_FIELD) found.png = pbf.readBytes();
  };
  const { png } = new Protobuf(new Uint8Array(data)).readFields(read, {});
  return png ? createImageBitmap(new Blob([png], { type: "image/png" })) : null;
}

/** A picture as a feature that covers its whole tile. */
function spread(picture, size) {
  const corners = [new Point(0, 0), new Point(size, 0), new Point(size, size), new Point(0, size)];
  const bbox = { minX: 0, minY: 0, maxX: size, maxY: size };
  return { id: 0, geomType: 3, geom: [corners], bbox, numVertices: 4, props: { picture } };
}
