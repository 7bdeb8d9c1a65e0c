/** How the base map of a pack is painted: quiet, dark lines on pale ground, for a screen in the sun. */

const PALE = { hamlets: "#ffffff", communes: "#f1ede3" };
const EDGE = {
  hamlets: { ink: "#8d8778", width: 1, dash: [4, 3] },
  communes: { ink: "#39434d", width: 2.2, dash: [] },
};

function trace(ctx, geom) {
  ctx.beginPath();
  for (const part of geom) {
    ctx.moveTo(part[0].x, part[0].y);
    for (let index = 1; index < part.length; index++) ctx.lineTo(part[index].x, part[index].y);
  }
}

function stroke(ctx, geom, { ink, width, dash = [] }) {
  trace(ctx, geom);
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  ctx.setLineDash(dash);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** A picture over its tile; its own transparency lets the ground through. */
function shade(ctx, [[first, , last]], _zoom, { props }) {
  ctx.drawImage(props.picture, first.x, first.y, last.x - first.x, last.y - first.y);
}

function ground(layer) {
  return (ctx, geom) => {
    trace(ctx, geom);
    ctx.fillStyle = PALE[layer];
    ctx.fill();
  };
}

function road(ctx, geom, zoom, { props }) {
  const width = zoom < 14 ? 2 : 3.5;
  stroke(ctx, geom, { ink: "#fff", width: width + 2 });
  const hardened = props.hardened === true || props.hardened === "true";
  if (hardened) stroke(ctx, geom, { ink: "#2b4c7e", width });
  else stroke(ctx, geom, { ink: "#a8521c", width, dash: [7, 5] });
}

function dot(ctx, geom) {
  for (const part of geom)
    for (const { x, y } of part) {
      ctx.beginPath();
      ctx.rect(x - 4, y - 4, 8, 8);
      ctx.fillStyle = "#17212b";
      ctx.strokeStyle = "#fff";
      ctx.lineWidth = 2;
      ctx.stroke();
      ctx.fill();
    }
}

/** @returns {any[]} protomaps-leaflet's paint rules, the lowest first */
export function basePaint() {
  const rule = (dataLayer, draw) => ({ dataSource: "base", dataLayer, symbolizer: { draw } });
  const edge = (layer) => (ctx, geom) => stroke(ctx, geom, EDGE[layer]);
  return [
    rule("communes", ground("communes")),
    rule("hamlets", ground("hamlets")),
    rule("hillshade", shade),
    rule("hamlets", edge("hamlets")),
    rule("communes", edge("communes")),
    rule("roads", road),
    rule("facilities", dot),
    rule("waste-sites", dot),
  ];
}
