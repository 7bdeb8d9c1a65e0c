/** Requests to the product's own server. An answer is `[data, problem, response]`; nothing is thrown. */

/**
 * @typedef {{title: string, detail: string, status: number}} Problem
 * @typedef {[any, null, Response] | [null, Problem, Response | null]} Answer
 */

const PATIENCE_MS = 30_000;

/** @returns {Problem} */
function offline() {
  return {
    title: gettext("No answer from the server"),
    detail: gettext("Check the network, then try again."),
    status: 0,
  };
}

/** @param {Response} response @returns {Promise<Problem>} */
async function problemOf(response) {
  const found = { title: gettext("Something went wrong"), detail: "", status: response.status };
  if ((response.headers.get("content-type") ?? "").includes("json")) {
    try {
      Object.assign(found, await response.json());
    } catch {
      found.detail = gettext("The server's answer could not be read.");
    }
  }
  return found;
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Answer>}
 */
export async function request(url, options = {}) {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, patience]) : patience;
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options, signal });
  } catch (error) {
    const aborted = error.name === "AbortError";
    return [null, aborted ? { title: "", detail: "", status: -1 } : offline(), null];
  }
  if (!response.ok) return [null, await problemOf(response), response];
  if (response.status === 204) return [null, null, response];
  try {
    return [await response.json(), null, response];
  } catch {
    return [null, await problemOf(response), response];
  }
}

/** @param {string} url @param {AbortSignal} [signal] */
export function getJson(url, signal) {
  return request(url, { signal, headers: { Accept: "application/json" } });
}

/** Tell whether a request was given up by the page itself, which is no problem. @param {Problem | null} problem */
export function wasAborted(problem) {
  return problem?.status === -1;
}
