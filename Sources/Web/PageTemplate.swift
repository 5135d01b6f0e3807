import Hummingbird
import Mustache

/// The pages, in Mustache; every text that is put in is escaped.
enum PageTemplate {
  static let all = [
    "page": page, "login": login, "list": list, "run": run, "ask": ask, "refusal": refusal, "text": "{{text}}",
  ]

  private static let page = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>{{title}}</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
    <script src="/page.js" defer></script>
    </head>
    <body{{#isLive}} data-events="{{events}}"{{/isLive}}>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="site">
    <nav aria-label="Site"><a href="/">runbook: all runs</a></nav>
    {{#isReadOnly}}<span>read-only</span>{{/isReadOnly}}
    {{#isLive}}<span id="connection" role="status"></span>{{/isLive}}
    {{#isLoggedIn}}<form method="post" action="/logout"><input type="hidden" name="form" value="{{formToken}}">
    <span>{{name}}</span> <button id="logout">Log out</button></form>{{/isLoggedIn}}
    </header>
    <main id="main" tabindex="-1">
    {{#hasNotice}}<p class="notice" role="status">{{notice}}</p>{{/hasNotice}}
    {{{body}}}
    </main>
    </body>
    </html>

    """#

  private static let login = #"""
    <h1>Log in</h1>
    {{#isWrong}}<p class="notice wrong" role="alert">That is not the token.</p>{{/isWrong}}
    <form class="login" method="post" action="/login">
    <label for="token">Token</label>
    <input id="token" name="token" type="password" autocomplete="off" required aria-describedby="where">
    <p id="where" class="summary">It was shown where <code>runbook serve</code> was started, or is in its token file.</p>
    <label for="name">Your name, which is recorded with what you do here</label>
    <input id="name" name="name" autocomplete="username" maxlength="64" value="{{name}}" required>
    <button id="login">Log in</button>
    </form>

    """#

  private static let list = #"""
    {{#isEmpty}}<p>There is no run yet. Start one with:
    <code>runbook run RUNBOOK --inventory FILE</code></p>{{/isEmpty}}
    {{^isEmpty}}<table class="runs"><thead><tr><th scope="col">run</th><th scope="col">runbook</th>
    <th scope="col">state</th><th scope="col">begun</th><th scope="col">took</th><th scope="col">steps</th>
    <th scope="col">who</th></tr></thead><tbody>
    {{#rows}}<tr><td><a id="run-{{id}}" href="/runs/{{id}}">{{id}}</a></td>
    <td>{{runbook}}<br><small>{{summary}}</small></td><td><span class="status {{class}}">{{status}}</span></td>
    <td><time>{{when}}</time></td><td>{{took}}</td><td>{{steps}}</td><td>{{who}}</td></tr>
    {{/rows}}</tbody></table>{{/isEmpty}}

    """#

  private static let run = #"""
    <p id="announce" class="unseen" role="status">{{{announce}}}</p>
    <div id="head">{{{head}}}</div>
    <div id="ask" tabindex="-1">{{{ask}}}</div>
    <div id="outcome">{{{outcome}}}</div>
    <div id="timeline">{{{timeline}}}</div>
    <section aria-labelledby="steps-heading"><h2 id="steps-heading">Steps</h2>
    <div id="tree">{{{tree}}}</div></section>
    <div id="swarms">{{{swarms}}}</div>
    <div id="approvals">{{{approvals}}}</div>
    <div id="messages">{{{messages}}}</div>
    <p><a href="/runs/{{run}}/report" download="runbook-{{run}}.html">Save the report of this run</a>, one file with
    every command and its whole output.</p>

    """#

  private static let ask = #"""
    {{^isEmpty}}<section class="ask" aria-labelledby="ask-heading">
    {{#asks}}<h2 id="ask-heading">Waiting for approval</h2>
    {{#questions}}<p class="question">{{message}}</p>{{/questions}}
    {{#canAct}}<form method="post"><input type="hidden" name="form" value="{{formToken}}">
    <input type="hidden" name="shown" value="{{shown}}">
    <button id="approve" class="yes" formaction="/runs/{{run}}/approve">Approve</button>
    <button id="reject" class="no" formaction="/runs/{{run}}/reject">Reject</button></form>{{/canAct}}
    <p class="summary">The run continues, or ends, with: <code>{{command}}</code></p>{{/asks}}
    {{^asks}}<h2 id="ask-heading" class="unseen">What can be done</h2>{{/asks}}
    {{#asksAtTerminal}}<p>It asks for approval at the terminal of {{executor}}: {{#questions}}{{message}}
    {{/questions}}</p>{{/asksAtTerminal}}
    {{#canPause}}<form method="post" action="/runs/{{run}}/pause"><input type="hidden" name="form" value="{{formToken}}">
    <button id="pause">Pause after the running steps</button></form>{{/canPause}}
    {{#isToPause}}<p>{{#isPaused}}Paused{{/isPaused}}{{^isPaused}}Pausing after the running steps{{/isPaused}},
    requested by {{pausedBy}}.</p>{{#canAct}}<form method="post" action="/runs/{{run}}/unpause"><input type="hidden"
    name="form" value="{{formToken}}"><button id="unpause">Continue</button></form>{{/canAct}}{{/isToPause}}
    {{#isInDoubt}}<p>{{waitingMessage}}</p><p>Check the host, then record the outcome:
    <code>runbook resolve {{run}} "{{waitingPath}}" --done</code>, or <code>--retry</code>, or <code>--fail</code>.</p>
    {{/isInDoubt}}
    {{#canBeResumed}}<p>Continue with: <code>{{command}}</code></p>{{/canBeResumed}}
    </section>{{/isEmpty}}

    """#

  private static let refusal = #"""
    <h1>That can't be done</h1>
    <p>{{words}}</p>
    <p><a href="/">All runs</a></p>

    """#
}

/// How the live page looks, on top of what it shares with the report.
enum PageStyle {
  static let view = """
    .site { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; margin-bottom: 1.5rem;
      padding-bottom: .6rem; border-bottom: 1px solid var(--line); color: var(--faint); font-size: .9rem; }
    .site nav { margin-right: auto; }
    .site form { display: flex; gap: .8rem; align-items: center; }
    a { color: var(--changed); }
    main:focus, #ask:focus { outline: none; }
    :focus-visible { outline: 3px solid var(--changed); outline-offset: 2px; border-radius: .2em; }
    .skip { position: absolute; left: -100rem; }
    .skip:focus { left: 1rem; top: .5rem; background: var(--back); padding: .3rem .6rem; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    button { font: inherit; color: var(--text); background: var(--box); border: 1px solid var(--faint);
      border-radius: .35em; padding: .3em .9em; cursor: pointer; min-height: 2.2em; }
    button:hover { border-color: var(--changed); }
    button.yes { border: 2px solid var(--already); }
    button.no { border: 2px solid var(--failed); }
    code { font: 13px/1.45 ui-monospace, monospace; background: var(--box); padding: .1em .3em; border-radius: .2em;
      overflow-wrap: anywhere; }
    .ask { background: var(--box); border-left: 4px solid var(--open); padding: .6rem 1rem; margin: 1rem 0; }
    .ask h2 { margin: 0; }
    .ask form { display: flex; gap: .8rem; flex-wrap: wrap; margin: .4rem 0; }
    .ask p { margin: .3rem 0; }
    .question { font-weight: 600; }
    .notice { background: var(--box); border-left: 4px solid var(--already); padding: .5rem 1rem; }
    .notice.wrong { border-color: var(--failed); }
    .status.running { border-color: var(--changed); }
    .status.waiting, .status.paused, .status.pausing, .status.interrupted { border-color: var(--open); }
    .login { display: grid; gap: .4rem; max-width: 30rem; }
    .login input { font: inherit; padding: .4em; color: var(--text); background: var(--back);
      border: 1px solid var(--faint); border-radius: .3em; }
    .login button { justify-self: start; margin-top: .6rem; }
    .runs small { color: var(--faint); }
    .runs { display: table; } #runs { overflow-x: auto; }
    .tree, .tree ul { list-style: none; margin: 0; padding: 0; }
    .tree ul { padding-left: 1.3rem; border-left: 1px solid var(--line); margin-left: .3rem; }
    .tree li { padding: .12rem 0; }
    .tree .name { color: var(--text); overflow-wrap: anywhere; }
    .tree .scope > details > summary .name { font-weight: 600; }
    .tree small { color: var(--faint); }
    .tree .step details { margin: 0 0 0 1.2rem; }
    .tree .step.failed > .name { color: var(--failed); font-weight: 600; }
    .step.running > .key { animation: beat 1.2s ease-in-out infinite alternate; }
    @keyframes beat { to { opacity: .35; } }
    @media (prefers-reduced-motion: reduce) { .step.running > .key { animation: none; } }
    @media (max-width: 40rem) {
      body { padding: .8rem; }
      .axis { margin-left: 5rem; } .host { width: 5rem; } .pause { margin-left: 5rem; }
      .facts { grid-template-columns: 1fr; }
    }
    """
}

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

/// Makes pages from templates.
struct PageRenderer: Sendable {
  private let library: MustacheLibrary
  let isReadOnly: Bool

  init(isReadOnly: Bool) throws {
    library = MustacheLibrary(templates: try PageTemplate.all.mapValues { try MustacheTemplate(string: $0) })
    self.isReadOnly = isReadOnly
  }

  /// A part of a page.
  func html(_ template: String, _ members: [String: Any]) -> String {
    library.render(members, withTemplate: template) ?? ""
  }

  /// Text as HTML.
  func escaped(_ text: String) -> String { html("text", ["text": text]) }

  /// A whole page.
  ///
  /// - Parameters:
  ///   - events: the address of its changes; `nil` for one that does not change.
  ///   - notice: a message at the top.
  func page(
    title: String, body: String, session: WebSession? = nil, events: String? = nil, notice: String? = nil,
    status: HTTPResponse.Status = .ok
  ) -> Response {
    let text = html(
      "page",
      [
        "title": title, "body": body, "name": session?.name ?? "", "isLoggedIn": session != nil,
        "formToken": session?.formToken ?? "", "events": events ?? "", "isLive": events != nil,
        "hasNotice": notice != nil, "notice": notice ?? "", "isReadOnly": isReadOnly,
      ])
    return Response(
      status: status, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
  }

  /// A page that says why a request was refused.
  func refusal(_ refusal: Refusal) -> Response {
    page(
      title: refusal.status.reasonPhrase, body: html("refusal", ["words": refusal.words]), status: refusal.status)
  }
}
