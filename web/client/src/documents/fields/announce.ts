// Says something to those who listen to the page instead of looking at it, without moving their focus.

const REGION_ID = "fields-announcer";

/** Reads a sentence aloud when the current one is over. */
export function announce(sentence: string): void {
  const region = document.getElementById(REGION_ID) ?? makeRegion();
  // The same words again are news only as a new element.
  region.replaceChildren(Object.assign(document.createElement("p"), { textContent: sentence }));
}

function makeRegion(): HTMLElement {
  const region = document.createElement("div");
  region.id = REGION_ID;
  region.className = "visually-hidden";
  region.setAttribute("role", "status");
  // An open list or dialog hides everything around it from those who listen, except this.
  region.dataset["liveAnnouncer"] = "true";
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
}
