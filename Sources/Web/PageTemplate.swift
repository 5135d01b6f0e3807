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
