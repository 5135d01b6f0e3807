/// What the live page does in the browser: replaces changed parts, and keeps the keyboard's focus, what is unfolded,
/// and the position on the page.
enum PageScript {
  static let text = #"""
    "use strict";
    (() => {
      const field = document.getElementById("token");
      if (field && location.hash.startsWith("#token=")) {
        field.value = location.hash.slice(7);
        history.replaceState(null, "", location.pathname);
        document.getElementById("login").focus();
      }

      const begun = new WeakMap();
      const tick = () => {
        for (const place of document.querySelectorAll("[data-seconds]")) {
          if (!begun.has(place)) begun.set(place, performance.now() - 1000 * Number(place.dataset.seconds));
          const seconds = Math.floor((performance.now() - begun.get(place)) / 1000);
          const text = seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
          if (place.textContent !== text) place.textContent = text;
        }
      };
      tick();
      setInterval(tick, 1000);

      const folds = (box) => [...box.querySelectorAll("details[data-key]")];
      const replace = (id, html) => {
        const box = document.getElementById(id);
        if (!box) return;
        const open = new Map(folds(box).map((fold) => [fold.dataset.key, fold.open]));
        const held = box.contains(document.activeElement) ? document.activeElement : null;
        const key = held && held.closest("details[data-key]") && held.closest("details[data-key]").dataset.key;
        const [left, top] = [scrollX, scrollY];
        box.innerHTML = html;
        for (const fold of folds(box)) if (open.has(fold.dataset.key)) fold.open = open.get(fold.dataset.key);
        if (held && held !== box) {
          const fold = key && folds(box).find((fold) => fold.dataset.key === key);
          const again = (held.id && document.getElementById(held.id)) || (fold && fold.firstElementChild) || box;
          again.focus({ preventScroll: true });
        }
        scrollTo(left, top);
      };

      const address = document.body.dataset.events;
      if (!address) return;
      const connection = document.getElementById("connection");
      const say = (text) => { if (connection.textContent !== text) connection.textContent = text; };
      const source = new EventSource(address);
      source.addEventListener("open", () => say("live"));
      source.addEventListener("parts", (event) => {
        for (const [id, html] of Object.entries(JSON.parse(event.data))) replace(id, html);
        tick();
      });
      source.addEventListener("error", () => {
        say(source.readyState === EventSource.CLOSED ? "no longer live: load the page again" : "reconnecting");
      });
    })();

    """#
}
