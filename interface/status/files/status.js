// Renews the page every ten seconds, while somebody looks at it.
"use strict";

const PERIOD = 10_000;
let isRenewing = false;

async function renew() {
  // an answer that is late is not asked for twice, and the older one is not shown last
  if (document.hidden || isRenewing) return;
  if (isInUse()) {
    say("Paused, while a button has the focus or a text is marked.");
    return;
  }
  isRenewing = true;
  try {
    await load();
  } catch (error) {
    say(`It could not be renewed (${error.message}), and is tried again.`);
  } finally {
    isRenewing = false;
  }
}

async function load() {
  const answer = await fetch(location.pathname, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${answer.status}`);
  show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  say("It renews itself every 10 seconds.");
}

// whoever is about to press a button, or has marked a text, is not to lose it
function isInUse() {
  const focused = document.activeElement;
  return focused?.tagName === "BUTTON" || !getSelection().isCollapsed;
}

function show(page) {
  const scrolled = [...document.querySelectorAll(".table")].map((table) => table.scrollLeft);
  document.querySelector("main").replaceChildren(...page.querySelector("main").childNodes);
  document.querySelectorAll(".table").forEach((table, place) => {
    table.scrollLeft = scrolled[place] ?? 0;
  });
}

function say(text) {
  document.getElementById("renewal").textContent = text;
}

say("It renews itself every 10 seconds.");
setInterval(renew, PERIOD);
