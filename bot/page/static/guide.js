// The first run in six steps. It can be left at any time, and shown again.
import { say } from "./chat.js";
import { move } from "./market.js";
import { fill, find } from "./parts.js";

const LEFT = "left the tour";
const SECONDS = 20;
// The answer comes by another way than the confirmation of the line, so the button may still be on its way.
async function press(label) {
  for (let tries = 0; tries < 10 * SECONDS; tries += 1) {
    const keys = [...document.querySelectorAll("#talk > article:last-child .keys button")];
    const key = keys.find((each) => each.textContent === label);
    if (key) return key.click();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const STEPS = [
  {
    title: "Some coins",
    text: "Eight coins worth $50,000, so that there is something to protect.",
    label: "Take the sample",
    go: () => say("/add sample"),
    heard: (message) => message.answers === "/add",
  },
  {
    title: "What should I short?",
    text: "The answer names the fewest orders that hedge them well, and what a fall does with and without.",
    label: "Ask: /hedge 2 orders",
    go: () => say("/hedge 2 orders"),
    heard: (message) => message.answers === "/hedge",
  },
  {
    title: "Place the orders",
    text: "On a real exchange you would place them now. Here, get the ticket, then say that they are filled.",
    label: "Get the ticket and fill it",
    go: async () => {
      await say("/ticket");
      await press("Filled as shown");
    },
    heard: (message) => message.answers === "/filled",
  },
  {
    title: "Let the market fall",
    text: "BTC loses 20 % within 20 minutes of the market, which go by in 20 seconds. Look at the chart: the thick line is coins and hedge together.",
    label: "BTC falls 20 %",
    go: () => {
      find("panel").open = true;
      return move({ shock: "fall" });
    },
    seen: (point) => point.coins < -9000,
  },
  {
    title: "How do I stand?",
    text: "Pushes have come by themselves. This shows what the hedge made, and what you would have without it.",
    label: "Ask: /positions",
    go: () => say("/positions"),
    heard: (message) => message.answers === "/positions",
  },
  {
    title: "Take it off",
    text: "The orders that close the hedge; after them comes the report of what it kept safe and what it cost.",
    label: "Ask: /exit",
    go: () => say("/exit"),
    heard: (message) => message.answers === "/exit",
  },
];
let step = 0;
let running = false;

export function startGuide(anew) {
  find("guide-do").onclick = () => STEPS[step]?.go();
  find("guide-leave").onclick = () => leave();
  find("guide-again").onclick = () => begin();
  if (anew && !remembered()) begin();
}

export function guideHears(message) {
  if (running && message.sender === "bot" && STEPS[step].heard?.(message)) next();
}

export function guideSees(point) {
  if (running && STEPS[step].seen?.(point)) next();
}

function begin() {
  step = 0;
  running = true;
  show();
}

function next() {
  step += 1;
  if (step < STEPS.length) return show();
  running = false;
  remember();
  fill(find("guide-count"), "That was all of it");
  fill(find("guide-title"), "Go on by yourself");
  fill(find("guide-text"), "Type your own coins, try the scenarios, or press / for all commands.");
  find("guide-do").hidden = true;
  fill(find("guide-leave"), "Close");
}

function show() {
  const { title, text, label } = STEPS[step];
  find("guide").hidden = false;
  find("guide-do").hidden = false;
  fill(find("guide-count"), `First run: step ${step + 1} of ${STEPS.length}`);
  fill(find("guide-title"), title);
  fill(find("guide-text"), text);
  fill(find("guide-do"), label);
  fill(find("guide-leave"), "Leave the tour");
}

function leave() {
  running = false;
  find("guide").hidden = true;
  remember();
  find("input").focus();
}

function remembered() {
  try {
    return sessionStorage.getItem(LEFT) !== null;
  } catch {
    return false;
  }
}

function remember() {
  try {
    sessionStorage.setItem(LEFT, "yes");
  } catch {
    // Without storage the tour comes again with the next load.
  }
}
