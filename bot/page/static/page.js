// The page: hears what happens from the server, and hands it to the chat, the market and the tour.
import { showAll, showBusy, showMessage, startChat } from "./chat.js";
import { addPoint, drawStrip, showMarket, startMarket } from "./market.js";
import { guideHears, guideSees, startGuide } from "./guide.js";
import { fill, find } from "./parts.js";

const KINDS = {
  all(event) {
    showAll(event.messages, event.commands);
    showMarket(event.market);
    drawStrip(event.strip);
    startGuide(event.messages.length === 0);
  },
  message(event) {
    showMessage(event.message);
    guideHears(event.message);
  },
  busy: (event) => showBusy(event.busy),
  market: (event) => showMarket(event.market),
  strip(event) {
    addPoint(event.point);
    guideSees(event.point);
  },
};

function listen() {
  const stream = new EventSource("events");
  stream.onopen = () => fill(find("state"), "On a SIMULATED market");
  stream.onmessage = (told) => {
    const event = JSON.parse(told.data);
    KINDS[event.kind]?.(event);
  };
  stream.onerror = () => {
    fill(find("state"), "The program does not answer. Trying again …");
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(listen, 2000);
    }
  };
  addEventListener("pagehide", () => stream.close());
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) listen();
  });
}

startChat();
startMarket();
listen();
