/** The choice of a heat map in the layer panel, and what it shows as a list. */

import { byId, h } from "../dom.js";
import { number } from "../format.js";
import { getJson, wasAborted } from "../http.js";
import { HeatMap } from "../map/heat.js";
import { say } from "../page.js";

const PAUSE_MS = 200;
/** So many hexagons are listed, those that hold the most. */
const LISTED = 20;

/** @param {Page} page @param {MapView} map */
export function makeHeat(page, map) {
  const drawn = new HeatMap(map);
  let asked = null;
  let timer;

  async function load() {
    clearTimeout(timer);
    asked?.abort();
    const { heat, year } = page.state;
    if (!heat) return clear();
    asked = new AbortController();
    const query = new URLSearchParams({ what: heat.what, year: String(year), bbox: boxOf(map) });
    if (heat.criterion) query.set("criterion", String(heat.criterion));
    const [answer, problem] = await getJson(`${page.urls.heat}?${query}`, asked.signal);
    if (wasAborted(problem)) return;
    page.heat = answer;
    if (answer) drawn.draw(answer);
    else drawn.remove();
    tell(page, problem);
  }

  function clear() {
    drawn.remove();
    page.heat = null;
    tell(page, null);
  }

  const later = () => {
    clearTimeout(timer);
    if (page.state.heat) timer = setTimeout(load, PAUSE_MS);
  };

  const show = () => page.catalogue && choose(page);
  page.addEventListener("catalogue", () => {
    show();
    load();
  });
  page.when(["heat"], () => {
    show();
    load();
    map.setStyle({ criterion: page.coloured });
  });
  page.when(["year"], later);
  // Whoever chooses a criterion to colour by asks the heat map for it too.
  page.when(["criterion"], () => {
    const { heat, criterion } = page.state;
    if (heat?.what === "unmet") page.change({ heat: { what: "unmet", criterion } });
  });
  map.addEventListener("view", later);
}

function boxOf(map) {
  const [west, south, east, north] = map.box;
  const held = [Math.max(west, -180), Math.max(south, -85), Math.min(east, 180), Math.min(north, 85)];
  return held.map((degrees) => degrees.toFixed(5)).join(",");
}

/** The selects: which heat map, and of which criterion. */
function choose(page) {
  const { heat } = page.state;
  const focused = document.activeElement?.id;
  const kinds = [
    ["", gettext("none")],
    ["unmet", gettext("unmet criteria")],
    ["poor", gettext("poor households")],
  ];
  const pick = (what) => page.change({ heat: what ? { what, criterion: 0 } : null });
  const narrow = (criterion) => page.change({ heat: { what: "unmet", criterion: Number(criterion) } });
  const criteria = page.catalogue.criteria.map((one) => [one.number, `${one.number} ${one.name}`]);
  byId("heat").replaceChildren(
    h("h2", { id: "heat-title" }, gettext("Heat map")),
    select("heat-what", gettext("Show in hexagons"), kinds, heat?.what ?? "", pick),
    ...(heat?.what === "unmet"
      ? [
          select(
            "heat-criterion",
            gettext("Criterion"),
            [[0, gettext("all criteria")], ...criteria],
            heat.criterion,
            narrow,
          ),
        ]
      : []),
    h("div", { id: "heat-told" }),
  );
  if (focused?.startsWith("heat-")) document.getElementById(focused)?.focus();
}

function select(id, title, options, chosen, change) {
  return h(
    "div.field",
    {},
    h("label", { for: id }, title),
    h(
      "select",
      { id, onchange: ({ target }) => change(target.value) },
      options.map(([value, label]) =>
        h("option", { value: String(value), selected: value === chosen }, label),
      ),
    ),
  );
}

/** What the hexagons say, for whoever cannot or need not look at them; the legend follows. */
function tell(page, problem) {
  const place = document.getElementById("heat-told");
  if (!place) return;
  const open = place.querySelector("details")?.open ?? false;
  if (problem) {
    place.replaceChildren(h("p.notice.error", { role: "alert" }, `${problem.title}. ${problem.detail}`));
  } else if (page.heat) {
    place.replaceChildren(...listed(page, open));
    const count = page.heat.features.length;
    say(interpolate(ngettext("%(count)s hexagon", "%(count)s hexagons", count), { count }, true));
  } else {
    place.replaceChildren();
  }
  page.dispatchEvent(new CustomEvent("heat"));
}

function listed(page, open) {
  const { features, kind } = page.heat;
  if (!features.length) return [h("p.small.muted", {}, gettext("Nothing of that lies in view."))];
  const most = [...features].sort((a, b) => b.properties.value - a.properties.value).slice(0, LISTED);
  const of =
    kind === "commune"
      ? gettext("Each hexagon adds up the communes whose centre lies in it.")
      : gettext("Each hexagon adds up the hamlets whose centre lies in it.");
  const hidden = features.some(({ properties }) => properties.partly)
    ? gettext("Dashed: incomplete, some counts are hidden to protect households.")
    : "";
  return [
    h("p.small.muted", {}, of, " ", hidden),
    h(
      "details.heat-list",
      { open },
      h("summary", {}, gettext("Where the most are, as a list")),
      h(
        "ol",
        {},
        most.map(({ properties }) =>
          h("li", {}, h("b.num", {}, figure(properties)), " ", names(page, properties)),
        ),
      ),
    ),
  ];
}

function figure({ value, partly }) {
  if (!partly) return number(value, 0);
  return value ? `≥ ${number(value, 0)}` : "…";
}

function names(page, { units, more }) {
  const buttons = units.map(({ id, layer, name }) =>
    h("button.link", { type: "button", onclick: () => page.change({ pick: { layer, id } }) }, name),
  );
  const rest = more ? interpolate(gettext("and %(more)s more"), { more }, true) : "";
  return h(
    "span",
    {},
    buttons.flatMap((button, place) => (place ? [", ", button] : [button])),
    " ",
    rest,
  );
}
