/** What the map of a study says of a site. */

import { number } from "../format.js";

/** @param {Record<string, any>} site */
export function siteText(site) {
  const parts = [site.name];
  if (site.kilns) parts.push(interpolate(gettext("%(count)s kilns"), { count: number(site.kilns) }, true));
  if (site.households !== undefined) {
    parts.push(interpolate(gettext("%(count)s households"), { count: number(site.households) }, true));
  }
  if (site.farthest_m !== undefined) {
    parts.push(interpolate(gettext("farthest %(metres)s m"), { metres: number(site.farthest_m) }, true));
  }
  if (site.t_day !== undefined) {
    parts.push(interpolate(gettext("%(tonnes)s t a day"), { tonnes: number(site.t_day) }, true));
  }
  return parts.filter(Boolean).join(" · ");
}
