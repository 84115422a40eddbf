// Small parts that all files of the page use. Text only ever becomes a text node: no markup is read here.
export const find = (id) => document.getElementById(id);

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function fill(element, ...children) {
  // What a screen reader announces must not be announced again where nothing has changed.
  if (children.length === 1 && typeof children[0] === "string" && element.textContent === children[0]) return;
  element.replaceChildren(...children);
}

export async function ask(address, body) {
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return "The program does not answer. Is it still running?";
  }
  if (answer.ok) return null;
  try {
    return (await answer.json()).error;
  } catch {
    return "That did not work. Load the page again.";
  }
}
