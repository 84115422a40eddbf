// The chat: bubbles, keyboards that are edited in place, copying, documents, the line that is typed.
import { ask, fill, find, make } from "./parts.js";

const TAGS = new Set(["b", "i", "u", "s", "code", "pre", "blockquote"]);
const BACK_AT_MOST = 80;
const shown = new Map();
let answering = null;

export function startChat() {
  const input = find("input");
  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const line = input.value.trim();
    if (!line) return;
    input.value = "";
    grow();
    say(line);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      find("form").requestSubmit();
    }
  });
  input.addEventListener("input", grow);
  const file = find("file");
  find("file-open").addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    for (const each of file.files) await give(each);
    file.value = "";
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("over");
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("over");
  });
  addEventListener("drop", async (event) => {
    event.preventDefault();
    document.body.classList.remove("over");
    for (const each of event.dataTransfer.files) await give(each);
  });
  find("not-answering").addEventListener("click", () => answer(null));
  find("menu-open").addEventListener("click", () => openMenu(find("menu").hidden));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !find("menu").hidden) openMenu(false);
  });
}

export async function say(line) {
  const replied = answering;
  answer(null);
  complain(await ask("say", { line, reply_to: replied }));
}

async function give(file) {
  let answer;
  try {
    answer = await fetch(`give?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file });
  } catch {
    return complain("The file did not arrive. Is the program still running, and the file smaller than 2 MB?");
  }
  if (!answer.ok) complain(answer.status === 413 ? "That file is larger than 2 MB." : (await answer.json()).error);
}

export function showAll(messages, commands) {
  shown.clear();
  find("talk").replaceChildren();
  answer(null);
  for (const message of messages) showMessage(message);
  find("menu").replaceChildren(...commands.map(menuRow));
}

export function showBusy(busy) {
  find("busy").classList.toggle("on", busy);
  fill(find("busy"), busy ? "Working it out" : "");
}

export function showMessage(message) {
  const talk = find("talk");
  const atEnd = talk.scrollHeight - talk.scrollTop - talk.clientHeight < BACK_AT_MOST;
  const old = shown.get(message.number);
  const entry = bubble(message);
  shown.set(message.number, entry);
  if (old) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(entry);
    if (focused) (entry.querySelector(".keys button") ?? entry).focus({ preventScroll: true });
  } else {
    talk.append(entry);
  }
  if (message.asks) answer(message.number);
  else if (message.number === answering) answer(null);
  if (old) entry.scrollIntoView({ block: "nearest" });
  else if (atEnd || message.sender === "you") follow(talk, entry, message.sender);
}

// The beginning of a long answer must not scroll out of sight.
function follow(talk, entry, sender) {
  const top = entry.offsetTop - talk.offsetTop - 10;
  const end = talk.scrollHeight - talk.clientHeight;
  talk.scrollTop = sender === "you" ? end : Math.min(top, end);
}

function bubble(message) {
  const words = make("div", { class: "bubble" }, ...message.body.map(unbroken).map(node));
  const entry = make("article", { class: message.sender, tabindex: "-1", "data-number": String(message.number) });
  const from = { you: "You", bot: "Microhedge", push: "Pushed to you" }[message.sender];
  entry.append(make("span", { class: message.sender === "push" ? "tag" : "unseen" }, `${from}: `), words);
  words.append(...message.pictures.map(picture));
  if (message.files.length) words.append(make("div", { class: "files" }, ...message.files.map(file)));
  message.buttons.forEach((row, at) => {
    entry.append(make("div", { class: "keys" }, ...row.map((key, place) => button(message.number, key, at, place))));
  });
  return entry;
}

// A table and a folded part begin and end a line by themselves.
const BLOCKS = new Set(["pre", "blockquote", "fold"]);
function unbroken(part, at, all) {
  if (typeof part !== "string") return part;
  const after = at && BLOCKS.has(all[at - 1][0]) ? part.replace(/^\n/, "") : part;
  return at + 1 < all.length && BLOCKS.has(all[at + 1][0]) ? after.replace(/\n$/, "") : after;
}

function node(part) {
  if (typeof part === "string") return document.createTextNode(part);
  const [tag, children, address] = part;
  const inside = children.map(node);
  if (tag === "a") return make("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, ...inside);
  if (tag === "fold") return make("details", {}, make("summary", {}, "The workings"), ...children.map(unbroken).map(node));
  if (!TAGS.has(tag)) return make("span", {}, ...inside);
  if (tag === "pre") return make("div", { class: "table" }, make("pre", { tabindex: "0" }, ...inside), copier(inside, "Copy"));
  if (tag === "code") return make("span", {}, make("code", {}, ...inside), " ", copier(inside, "Copy"));
  return make(tag, {}, ...inside);
}

function copier(inside, label) {
  const text = inside.map((each) => each.textContent).join("");
  const short = text.trim().slice(0, 30);
  const key = make("button", { type: "button", class: "copy", "aria-label": `Copy ${short}` }, label);
  key.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      key.textContent = "Copied";
    } catch {
      key.textContent = "Select it by hand";
    }
    setTimeout(() => (key.textContent = label), 2000);
  });
  return key;
}

function button(number, key, row, place) {
  if (key.url) return make("a", { href: key.url, rel: "noopener noreferrer", target: "_blank" }, key.label);
  return make("button", {
    type: "button",
    click: async () => complain(await ask("press", { message: number, row, place })),
  }, key.label);
}

function file(each) {
  const size = each.bytes < 1024 ? `${each.bytes} bytes` : `${Math.ceil(each.bytes / 1024)} KB`;
  return make("a", { href: each.address, download: each.name }, `${each.name} (${size})`);
}

// The words of the message say the same, but a screen reader meets the picture by itself, too.
function picture(each) {
  const size = { width: String(each.width), height: String(each.height) };
  return make("picture", {},
    make("source", { media: "(prefers-color-scheme: dark)", srcset: `${each.address}/dark.png`, ...size }),
    make("img", { class: "picture", src: `${each.address}/light.png`, alt: each.words, ...size }));
}

function answer(number) {
  answering = number;
  find("answering").hidden = number === null;
}

function complain(error) {
  if (error) find("talk").append(make("article", { class: "bot", role: "alert" }, make("div", { class: "bubble" }, error)));
}

function grow() {
  const input = find("input");
  input.rows = Math.min(5, input.value.split("\n").length);
}

function openMenu(open) {
  find("menu").hidden = !open;
  find("menu-open").setAttribute("aria-expanded", String(open));
  (open ? find("menu").querySelector("button") : find("menu-open"))?.focus();
}

function menuRow(command) {
  const choose = () => {
    openMenu(false);
    say(`/${command.name}`);
    find("input").focus();
  };
  return make("li", {}, make("button", { type: "button", click: choose }, make("b", {}, `/${command.name}`), ` ${command.help}`));
}
