/** The signs of points. Kinds differ in shape as well as in colour. */

/**
 * Corners of a shape in a circle of radius 1; "circle", "ring" and "cross" are drawn otherwise.
 * @type {Record<string, Array<[number, number]>>}
 */
export const CORNERS = {
  square: [
    [-0.85, -0.85],
    [0.85, -0.85],
    [0.85, 0.85],
    [-0.85, 0.85],
  ],
  diamond: [
    [0, -1.1],
    [1.1, 0],
    [0, 1.1],
    [-1.1, 0],
  ],
  triangle: [
    [0, -1.1],
    [1.05, 0.8],
    [-1.05, 0.8],
  ],
  star: star(),
  cross: [
    [-0.35, -1],
    [0.35, -1],
    [0.35, -0.35],
    [1, -0.35],
    [1, 0.35],
    [0.35, 0.35],
    [0.35, 1],
    [-0.35, 1],
    [-0.35, 0.35],
    [-1, 0.35],
    [-1, -0.35],
    [-0.35, -0.35],
  ],
};

/** @returns {Array<[number, number]>} */
function star() {
  return Array.from({ length: 10 }, (_, index) => {
    const radius = index % 2 ? 0.5 : 1.15;
    const angle = (index * Math.PI) / 5 - Math.PI / 2;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {{shape: string, width: number, color: string}} mark `color` as CSS writes it
 * @param {number} x
 * @param {number} y
 */
export function drawShape(ctx, mark, x, y) {
  const radius = mark.width / 2;
  ctx.beginPath();
  if (mark.shape in CORNERS) {
    for (const [dx, dy] of CORNERS[mark.shape]) ctx.lineTo(x + dx * radius, y + dy * radius);
    ctx.closePath();
  } else ctx.arc(x, y, mark.shape === "ring" ? radius - 0.75 : radius, 0, 2 * Math.PI);
  ctx.lineJoin = "round";
  ctx.strokeStyle = "#fff";
  ctx.lineWidth = mark.shape === "ring" ? 4 : Math.min(2.4, mark.width / 2);
  ctx.stroke();
  if (mark.shape === "ring") {
    ctx.fillStyle = "#fff";
    ctx.fill();
    ctx.strokeStyle = mark.color;
    ctx.lineWidth = 2;
    ctx.stroke();
  } else {
    ctx.fillStyle = mark.color;
    ctx.fill();
  }
}
