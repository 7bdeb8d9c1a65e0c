/** Where the device is, with how sure it is of that. */

import { clearAlert, showAlert } from "../alerts.js";
import { number } from "../format.js";
import { say } from "../page.js";

const PATIENCE_MS = 20_000;

/** @param {MapView} map */
export function locate(map) {
  clearAlert("locate");
  if (!navigator.geolocation) return refuse(gettext("This browser cannot tell its position."), map);
  say(gettext("Looking for your position…"));
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      map.point([coords.longitude, coords.latitude], coords.accuracy);
      map.goTo({ lat: coords.latitude, lng: coords.longitude, zoom: Math.max(15, map.view.zoom) });
      say(
        interpolate(gettext("Found to within %(metres)s m."), { metres: number(coords.accuracy, 0) }, true),
      );
    },
    (error) => refuse(reasons(error), map),
    { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 10_000 },
  );
}

/** @param {GeolocationPositionError} error */
function reasons(error) {
  if (error.code === error.PERMISSION_DENIED) {
    return gettext("Allow this site to use your position in the browser's settings, then try again.");
  }
  return gettext("No position was found. Go where the sky is open, then try again.");
}

function refuse(detail, map) {
  showAlert({
    key: "locate",
    title: gettext("Your position is not known"),
    detail,
    retry: () => locate(map),
  });
}
