// The market beside the chat: its clock, what can befall it, and the strip chart.
import { ask, fill, find, make } from "./parts.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 360, HEIGHT = 190, LEFT = 8, RIGHT = 96, TOP = 10, BOTTOM = 24;
const LINES = ["coins", "hedge", "both"];
const MOST = 600;
let points = [];
let made = false;

export function startMarket() {
  const narrow = matchMedia("(max-width: 780px)");
  const fit = () => (find("panel").open = !narrow.matches);
  narrow.addEventListener("change", fit);
  fit();
  find("scenario").addEventListener("change", () => move({ scenario: find("scenario").value }));
}

export async function move(what) {
  const error = await ask("market", what);
  if (error) fill(find("told"), error);
}

export function showMarket(market) {
  if (!made) build(market);
  made = true;
  fill(find("clock"), `${market.now.slice(0, 10)} ${market.now.slice(11, 16)} UTC`);
  for (const key of find("speeds").querySelectorAll("[data-speed]")) {
    key.setAttribute("aria-pressed", String(Number(key.dataset.speed) === market.speed));
  }
  if (document.activeElement !== find("scenario")) find("scenario").value = market.scenario;
  fill(find("told"), market.told);
  fill(find("modelled"), market.modelled ? `This scenario is ${market.modelled}.` : "");
}

function build(market) {
  const speeds = market.speeds.map((each) =>
    make("button", { type: "button", "data-speed": String(each.speed), "aria-pressed": "false",
      click: () => move({ speed: each.speed }) }, each.label));
  const day = make("button", { type: "button", click: () => move({ days: 1 }) }, "+1 day");
  find("speeds").replaceChildren(...speeds, day);
  find("shocks").replaceChildren(...market.shocks.map((each) =>
    make("button", { type: "button", "data-shock": each.name, click: () => move({ shock: each.name }) }, each.label)));
  find("scenario").replaceChildren(...market.scenarios.map((each) => make("option", { value: each.name }, each.title)));
}

export function addPoint(point) {
  points.push(point);
  if (points.length > MOST) points = points.filter((_, at) => at % 2 === 0);
  draw();
}

export function drawStrip(all) {
  points = all;
  draw();
}

export const dollars = (amount) =>
  `${amount < 0 ? "−" : "+"}$${Math.abs(Math.round(amount)).toLocaleString("en-US")}`;

function draw() {
  const last = points.at(-1);
  if (!last) return;
  fill(find("strip-text"), `Coins ${dollars(last.coins)}, hedge ${dollars(last.hedge)}, both ${dollars(last.both)}.`);
  const times = points.map((point) => Date.parse(point.at));
  const values = points.flatMap((point) => LINES.map((line) => point[line]));
  const low = Math.min(0, ...values), high = Math.max(0, ...values), spread = high - low || 1;
  const span = times.at(-1) - times[0] || 1;
  const x = (at) => LEFT + ((times[at] - times[0]) / span) * (WIDTH - LEFT - RIGHT);
  const y = (value) => TOP + ((high - value) / spread) * (HEIGHT - TOP - BOTTOM);
  const parts = [path("zero", `M${LEFT} ${y(0)}H${WIDTH - RIGHT}`)];
  for (const line of LINES) {
    parts.push(path(line, "M" + points.map((point, at) => `${x(at).toFixed(1)} ${y(point[line]).toFixed(1)}`).join("L")));
  }
  const ends = LINES.map((line) => ({ line, at: y(last[line]) })).sort((one, other) => one.at - other.at);
  ends.forEach((each, at) => {
    if (at && each.at - ends[at - 1].at < 13) each.at = ends[at - 1].at + 13;
  });
  const over = Math.max(0, ends.at(-1).at - (HEIGHT - BOTTOM));
  for (const { line, at } of ends) {
    parts.push(words(line, WIDTH - RIGHT + 5, at - over + 4, `${line} ${dollars(last[line])}`));
  }
  parts.push(words("", LEFT, HEIGHT - 8, stamp(points[0].at)));
  parts.push(words("end", WIDTH - RIGHT, HEIGHT - 8, stamp(last.at)));
  find("strip").replaceChildren(...[...find("strip").querySelectorAll("title")], ...parts);
}

const stamp = (at) => `${at.slice(5, 10)} ${at.slice(11, 16)}`;

function path(name, line) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("class", name);
  element.setAttribute("d", line);
  return element;
}

function words(name, x, y, text) {
  const element = document.createElementNS(SVG, "text");
  element.setAttribute("class", name);
  element.setAttribute("x", x);
  element.setAttribute("y", y);
  if (name === "end") element.setAttribute("text-anchor", "end");
  element.textContent = text;
  return element;
}
