/** The phone's receiver, as a stream of fixes. */

/** What it said last: good enough to show a map by, however old. @type {Fix | null} */
let last = null;

/** @returns {Fix | null} */
export function lastFix() {
  return last;
}

/**
 * @param {(fix: Fix) => void} told
 * @param {(reason: string) => void} failed what to do about it, for a person to read
 * @returns {() => void} stops listening
 */
export function watchPosition(told, failed) {
  if (!navigator.geolocation) {
    failed(gettext("This browser cannot tell its position."));
    return () => {};
  }
  const watch = navigator.geolocation.watchPosition(
    ({ coords, timestamp }) => {
      last = { lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy, at: timestamp };
      told(last);
    },
    (error) => failed(reason(error)),
    { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 },
  );
  return () => navigator.geolocation.clearWatch(watch);
}

/** @param {GeolocationPositionError} error */
function reason(error) {
  if (error.code === error.PERMISSION_DENIED) {
    return gettext("Allow this site to use your position in the browser's settings, then try again.");
  }
  return gettext("No position yet. Go where the sky is open and wait.");
}
