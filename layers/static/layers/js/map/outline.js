/** The ring of ink around what is selected. */

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {Array<{data: Map<string, any[]>, shift: {x: number, y: number}, scale: number, dim: number}>} tiles
 * @param {{layer: string, id: number}} selected
 */
export function outline(ctx, tiles, selected) {
  for (const tile of tiles) {
    const pieces = (tile.data.get(selected.layer) ?? []).filter((feature) => feature.id === selected.id);
    for (const piece of pieces) {
      ctx.save();
      if (piece.geomType !== 1) {
        // A piece goes a little beyond its tile; the cut itself must not be drawn.
        ctx.beginPath();
        ctx.rect(tile.shift.x, tile.shift.y, tile.dim, tile.dim);
        ctx.clip();
      }
      ctx.translate(tile.shift.x, tile.shift.y);
      draw(ctx, piece, tile.scale);
      ctx.restore();
    }
  }
}

function draw(ctx, piece, scale) {
  ctx.beginPath();
  for (const part of piece.geom) {
    if (piece.geomType === 1) for (const at of part) ring(ctx, at.x * scale, at.y * scale);
    else {
      ctx.moveTo(part[0].x * scale, part[0].y * scale);
      for (const at of part.slice(1)) ctx.lineTo(at.x * scale, at.y * scale);
    }
  }
  ctx.lineJoin = ctx.lineCap = "round";
  const area = piece.geomType === 3;
  stroke(ctx, "#ffffff", area ? 5 : 9);
  stroke(ctx, "#17212b", area ? 2.6 : piece.geomType === 2 ? 5.5 : 2.4);
  if (piece.geomType === 2) stroke(ctx, "#ffd75e", 2.2);
}

function ring(ctx, x, y) {
  ctx.moveTo(x + 11, y);
  ctx.arc(x, y, 11, 0, 2 * Math.PI);
}

function stroke(ctx, color, width) {
  ctx.strokeStyle = color;
  ctx.lineWidth = width;
  ctx.stroke();
}
