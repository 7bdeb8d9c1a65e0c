/** The page of one report that is being made: how far it is, until it is there. */

import { byId } from "./dom.js";
import { follow } from "./progress.js";

follow(JSON.parse(byId("start").textContent).progress, "report");
