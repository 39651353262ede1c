// What every page does for whoever finds their way by keys, or back.

import { keepFocus } from "./kept_focus.js";
import { keepOneEntryAPage } from "./way_back.js";

export default function () {
  keepOneEntryAPage();
  keepFocus();
}
