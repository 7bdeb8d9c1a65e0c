/** Getting about: how long the way to a service takes, for the hamlets, roads and households of the unit chosen. */

import { byId, h } from "../dom.js";
import { number } from "../format.js";
import { getJson } from "../http.js";
import { classOf, TravelMap } from "../map/travel.js";
import { room } from "../room.js";
import { openTool } from "./panel.js";

const ASKED = ["service", "mode", "season", "minutes"];

/** @param {Page} page @param {MapView} map */
export function travel(page, map) {
  const drawn = new TravelMap(map);
  const body = h("div.travel", { "aria-live": "polite" }, waiting());
  /** What was asked for last: at first by the address, else the server's defaults. @type {Record<string, string>} */
  let asked = { ...page.state.travel };
  let open = true;
  let latest = 0;
  // A link that says where to look is not looked at otherwise.
  let framed = page.state.travel && page.state.at ? page.state.unit : null;

  async function load() {
    const number = ++latest;
    const query = new URLSearchParams({ ...asked, year: String(page.state.year) });
    if (page.state.unit) query.set("unit", String(page.state.unit));
    const [answer, problem] = await getJson(`${page.urls.access}hamlets.json?${query}`);
    if (!open || number !== latest) return;
    if (problem?.status === 400 && page.state.travel) {
      // What makes no sense in an address counts as not given.
      asked = {};
      page.change({ travel: null });
      return load();
    }
    if (problem) return body.replaceChildren(h("p.notice.error", { role: "alert" }, problem.detail));
    asked = Object.fromEntries(ASKED.map((name) => [name, String(answer.asked[name])]));
    page.change({ travel: { ...asked } });
    body.replaceChildren(
      ...content(answer, page.urls, (change) => load(Object.assign(asked, change))).filter(Boolean),
    );
    const box = drawn.hamlets(answer.hamlets);
    if (box && framed !== answer.unit.id) map.fit(box, room());
    framed = answer.unit.id;
    await more(answer, query, number);
  }

  /** Roads and households come after, for those who may see them. */
  async function more(answer, query, number) {
    const wanted = ["roads", "households"].filter((name) => answer.sees[name]);
    const got = await Promise.all(wanted.map((name) => getJson(`${page.urls.access}${name}.json?${query}`)));
    if (!open || number !== latest) return;
    drawn.clear("roads");
    drawn.clear("households");
    wanted.forEach((name, place) => {
      const [data, problem] = got[place];
      if (data) drawn[name](data);
      byId(`travel-${name}`).replaceChildren(problem ? problem.detail : noteOf(name, data));
    });
  }

  map.setStyle({ criterion: 0 });
  document.body.classList.add("travel-open");
  page.when(["unit", "year"], () => open && load());
  openTool(
    gettext("Getting about"),
    [body],
    () => {
      open = false;
      drawn.remove();
      document.body.classList.remove("travel-open");
      map.setStyle({ criterion: page.coloured });
      page.change({ travel: null });
    },
    { aside: true },
  );
  load();
}

function waiting() {
  return h("div.waiting", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
}

/** @param {any} answer @param {Record<string, string>} urls @param {(change: Record<string, string>) => void} change */
function content(answer, urls, change) {
  const { share, rural, unit, sees } = answer;
  return [
    h("p.eyebrow.small.muted", {}, `${unit.name} · 31/12/${answer.year}`),
    h("p.result", {}, answer.headline),
    h(
      "div.travel-asked",
      {},
      ASKED.map((name) => select(name, answer, change)),
    ),
    answer.places
      ? ""
      : h(
          "p.notice.warning",
          {},
          gettext("No such place is on record in the province, so nobody reaches one."),
        ),
    h(
      "dl.facts",
      {},
      fact(gettext("in time"), share.shown),
      share.households !== null && fact(gettext("households in time"), parts(share)),
      fact(gettext("near an all-season road (RAI)"), rural.rural_access.shown),
    ),
    unit.kind === "hamlet" ? "" : ruralParts(urls, unit, answer.year),
    legend(sees),
    sees.roads && h("p.small.muted", { id: "travel-roads" }),
    sees.households && h("p.small.muted", { id: "travel-households" }),
    sees.roads &&
      h(
        "p",
        {},
        h(
          "a",
          { href: `${urls.network}?unit=${unit.id}&year=${answer.year}` },
          gettext("Are the roads joined? See the road network"),
        ),
      ),
    h(
      "p.fine",
      {},
      gettext(
        "Nearest place, by road; from the door to the road on foot. Speeds by surface, slope and season are assumptions. RAI: rural persons within 2 km of a road that cars pass all year.",
      ),
    ),
  ];
}

/** The index of each part of the unit, read once somebody unfolds it. */
function ruralParts(urls, unit, year) {
  const list = h("dl.facts", {});
  async function read({ target }) {
    if (!target.open || list.children.length) return;
    const [data, problem] = await getJson(`${urls.access}rural.json?unit=${unit.id}&year=${year}`);
    if (problem) return list.replaceChildren(h("dt", {}, problem.detail));
    list.replaceChildren(...data.parts.flatMap(({ name, rural_access: index }) => fact(name, index.shown)));
    list.after(h("p.fine", {}, data.means));
  }
  return h("details", { ontoggle: read }, h("summary", {}, gettext("RAI of each unit")), list);
}

function parts({ within, households }) {
  return `${number(within)} / ${number(households)}`;
}

function fact(name, value) {
  return [h("dt", {}, name), h("dd.num", {}, value)];
}

function select(name, { options, asked }, change) {
  const titles = {
    service: gettext("To the nearest"),
    mode: gettext("How"),
    season: gettext("Season"),
    minutes: gettext("Within"),
  };
  const known = options[name].some(({ value }) => value === asked[name]);
  const all = known ? options[name] : [{ value: asked[name], title: String(asked[name]) }, ...options[name]];
  return h(
    "div.field",
    {},
    h("label", { for: `travel-${name}` }, titles[name]),
    h(
      "select",
      { id: `travel-${name}`, onchange: ({ target }) => change({ [name]: target.value }) },
      all.map(({ value, title }) =>
        h("option", { value: String(value), selected: value === asked[name] }, title),
      ),
    ),
  );
}

/** What the colours say: shares of hamlets, and times along roads. */
function legend(sees) {
  const hamlets = [75, 50, 25, 0].map((low) =>
    h("li", {}, h(`span.swatch.share.${classOf(low)}`), `${low}–${low + 25} %`),
  );
  const untold = h("li", {}, h("span.swatch.share.untold"), gettext("not told"));
  return h(
    "div.travel-legend",
    {},
    h("ul", { "aria-label": gettext("Hamlets: households in time") }, hamlets, untold),
    sees.roads && h("ul", { "aria-label": gettext("Roads: time from there") }, roadSigns()),
  );
}

function roadSigns() {
  const titles = [
    gettext("half the time"),
    gettext("in time"),
    gettext("up to twice the time"),
    gettext("longer, or no way"),
  ];
  return titles.map((title, band) => h("li", {}, h(`span.swatch.band.band-${band}`), title));
}

function noteOf(name, data) {
  if (name === "roads") return "";
  const words = { count: number(data.count), shown: number(data.features.length) };
  return data.count === data.features.length
    ? interpolate(gettext("%(count)s households left out are on the map."), words, true)
    : interpolate(gettext("%(shown)s of %(count)s households left out are on the map."), words, true);
}
