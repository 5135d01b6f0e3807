/// The page of a report and the parts that it shares with the live page, in Mustache; every text that is put in is
/// escaped.
enum ReportTemplate {
  static let page = #"""
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
    <title>{{runbook}} {{run}}: {{status}}</title>
    <style>{{{style}}}</style>
    </head>
    <body>
    <header>
    {{> head}}
    </header>
    <main>
    {{> outcome}}
    {{> timeline}}
    {{> swarms}}
    {{> approvals}}
    {{> messages}}
    <section class="steps">
    <h2>Steps</h2>
    <table>
    <thead><tr><th scope="col">step</th><th scope="col">host</th><th scope="col">outcome</th>
    <th scope="col">began</th><th scope="col">took</th></tr></thead>
    <tbody>
    {{#groups}}
    <tr class="scope"><th scope="rowgroup" colspan="5">{{scope}}</th></tr>
    {{#steps}}
    <tr class="step {{sign}}"><td><span class="name">{{name}}</span>{{#isRetried}} <small>attempt
    {{attempt}}</small>{{/isRetried}}
    {{#commands}}<pre class="command">{{#host}}<b>{{host}}</b> {{/host}}$ {{text}}</pre>{{/commands}}
    {{#failures}}<div class="attempt">attempt {{attempt}} failed at {{at}}<pre>{{words}}</pre></div>{{/failures}}
    {{#output}}<details><summary>{{count}} of output</summary><pre>{{text}}</pre></details>{{/output}}</td>
    <td>{{host}}</td><td><span class="key {{sign}}"></span>{{state}}</td><td><time>{{start}}</time></td>
    <td class="number">{{took}}</td></tr>
    {{/steps}}
    {{/groups}}
    </tbody></table>
    </section>
    <section class="files">
    <h2>As it was when the run began</h2>
    {{#files}}<details><summary>{{role}} {{name}}</summary><pre>{{text}}</pre></details>
    {{/files}}
    </section>
    </main>
    <footer>Written {{written}} by runbook. Times are {{zone}}.</footer>
    </body>
    </html>

    """#
}

/// The parts of a page about a run, in Mustache; every text that is put in is escaped.
extension ReportTemplate {
  /// Each part by its name.
  static let parts = [
    "page": page, "head": head, "outcome": outcome, "timeline": timeline, "swarms": swarms, "approvals": approvals,
    "messages": messages,
    "tree": tree, "node": node,
  ]

  private static let head = #"""
    <h1>{{runbook}} <span class="run">{{run}}</span> <span class="status {{statusClass}}">{{status}}</span></h1>
    {{#summary}}<p class="summary">{{summary}}</p>{{/summary}}
    <dl class="facts">
    {{#facts}}<div><dt>{{name}}</dt><dd>{{text}}</dd></div>
    {{/facts}}</dl>

    """#

  private static let outcome = #"""
    {{#verdict}}<p class="verdict">{{verdict}}</p>{{/verdict}}
    {{#failure}}
    <section class="failure">
    <h2>{{#host}}{{host}}: {{/host}}{{message}}</h2>
    <dl>
    {{#step}}<dt>step</dt><dd>{{step}}</dd>{{/step}}
    {{#cause}}<dt>cause</dt><dd><pre>{{cause}}</pre></dd>{{/cause}}
    {{#location}}<dt>at</dt><dd>{{location}}{{#line}}<pre>{{line}}</pre>{{/line}}</dd>{{/location}}
    {{#hint}}<dt>do</dt><dd>{{hint}}</dd>{{/hint}}
    <dt>code</dt><dd>{{code}}</dd>
    </dl>
    </section>
    {{/failure}}
    {{#notes}}
    <section class="note">
    <h2>{{title}}</h2>
    {{#isTable}}<table><thead><tr>{{#headings}}<th scope="col">{{.}}</th>{{/headings}}</tr></thead>
    <tbody>{{#rows}}<tr>{{#.}}<td>{{.}}</td>{{/.}}</tr>
    {{/rows}}</tbody></table>{{/isTable}}
    {{^isTable}}<ul>{{#items}}<li>{{.}}</li>{{/items}}</ul>{{/isTable}}
    </section>
    {{/notes}}

    """#

  private static let timeline = #"""
    {{#timeline}}{{^isEmpty}}
    <section class="timeline">
    <h2>Timeline</h2>
    <p class="legend"><span class="key changed"></span>changed something
    <span class="key read"></span>only read <span class="key already"></span>already so
    <span class="key settled"></span>settled by an operator <span class="key failed"></span>failed
    <span class="key open"></span>{{openWords}}</p>
    <div class="chart" role="img" aria-label="When each step was running, host by host; the steps list says the same">
    <div class="axis">{{#marks}}<span style="left:{{left}}%">{{label}}</span>{{/marks}}</div>
    {{#rows}}<div class="row"><div class="host">{{name}}</div><div class="lanes">
    {{#lanes}}<div class="lane">{{#bars}}<span class="bar {{how}}" style="left:{{left}}%;width:{{width}}%"
    title="{{title}}"><span>{{label}}</span></span>{{/bars}}</div>
    {{/lanes}}{{#marks}}<i class="mark" style="left:{{left}}%"></i>{{/marks}}{{#breaks}}<i class="break"
    style="left:{{left}}%" title="{{label}}"></i>{{/breaks}}</div></div>
    {{/rows}}</div>
    {{#breaks}}<p class="pause">{{label}}</p>{{/breaks}}
    </section>
    {{/isEmpty}}{{/timeline}}

    """#

  private static let swarms = #"""
    {{#swarms}}{{^isEmpty}}
    <section class="swarms">
    <h2>The swarm before and after</h2>
    {{^hasAfter}}<p>The state afterwards is not recorded: the run has not ended.</p>{{/hasAfter}}
    <table><thead><tr><th scope="col">host</th><th scope="col">before</th>{{#hasAfter}}<th scope="col">after</th>{{/hasAfter}}</tr></thead>
    <tbody>
    {{#rows}}<tr{{#isChanged}} class="changed"{{/isChanged}}><th scope="row">{{name}}</th>
    {{#columns}}<td>{{#hostStatus}}<p>{{position}}{{#remark}}<br><em>{{remark}}</em>{{/remark}}</p>
    <p>{{#services}}<span class="service">{{.}}</span> {{/services}}</p>
    <p>{{#labels}}<code>{{.}}</code> {{/labels}}</p>{{/hostStatus}}</td>
    {{/columns}}</tr>
    {{/rows}}</tbody></table>
    </section>
    {{/isEmpty}}{{/swarms}}

    """#

  private static let approvals = #"""
    {{#hasApprovals}}
    <section>
    <h2>Approvals</h2>
    <table><thead><tr><th scope="col">question</th><th scope="col">answer</th><th scope="col">by</th>
    <th scope="col">when</th></tr></thead><tbody>
    {{#approvals}}<tr><td>{{message}}</td><td>{{answer}}</td><td>{{by}} {{how}}</td><td>{{at}}</td></tr>
    {{/approvals}}</tbody></table>
    </section>
    {{/hasApprovals}}

    """#

  private static let messages = #"""
    {{#hasMessages}}
    <section>
    <h2>Messages</h2>
    <ul class="messages">{{#messages}}<li{{#isWarning}} class="warning"{{/isWarning}}><time>{{at}}</time> {{text}}</li>
    {{/messages}}</ul>
    </section>
    {{/hasMessages}}

    """#

  private static let tree = #"""
    {{^nodes}}<p class="summary">No step has begun.</p>{{/nodes}}
    <ul class="tree">
    {{#nodes}}{{> node}}{{/nodes}}
    </ul>

    """#

  private static let node = #"""
    {{#isScope}}<li class="scope"><details open data-key="scope {{key}}"><summary><span class="name">{{name}}</span>
    <small>{{tally}}</small></summary>
    <ul>{{#children}}{{> node}}{{/children}}</ul></details></li>{{/isScope}}{{^isScope}}<li class="step {{sign}}"><span
    class="key {{sign}}"></span><span class="name">{{name}}</span>
    <small>{{#hasHost}}{{host}}, {{/hasHost}}{{state}}{{#isRetried}}, attempt {{attempt}}{{/isRetried}}{{#took}},
    {{took}}{{/took}}{{#seconds}}, <span data-seconds="{{seconds}}">{{seconds}} s</span>{{/seconds}}</small>
    {{#hasDetails}}<details data-key="step {{key}}"><summary>details<span class="unseen"> of {{name}}</span></summary>
    {{#commands}}<pre class="command">{{#host}}<b>{{host}}</b> {{/host}}$ {{text}}</pre>{{/commands}}
    {{#failures}}<div class="attempt">attempt {{attempt}} failed at {{at}}<pre>{{words}}</pre></div>{{/failures}}
    {{#output}}<pre>{{text}}</pre>{{/output}}
    </details>{{/hasDetails}}</li>{{/isScope}}

    """#
}

/// How a report and the live page look: on a screen, light or dark, and on paper.
package enum ReportStyle {
  /// The style view.
  package static let view = """
    :root {
      color-scheme: light dark;
      --text: #1c2024; --faint: #5c6670; --line: #d5dae0; --back: #ffffff; --box: #f4f6f8;
      --changed: #2f6fd0; --read: #9fb2c6; --already: #57a773; --settled: #8a63d2; --failed: #d1373f; --open: #e09b2d;
    }
    @media screen and (prefers-color-scheme: dark) {
      :root {
        --text: #e4e8ec; --faint: #9aa5b1; --line: #39424c; --back: #14181c; --box: #1e242a;
        --changed: #5c97ee; --read: #5f7488; --already: #57a773; --settled: #a98be6; --failed: #f0636a; --open: #e5b052;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 75rem; padding: 1.5rem; color: var(--text); background: var(--back);
      font: 15px/1.5 system-ui, sans-serif; }
    h1 { font-size: 1.6rem; margin: 0; }
    h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
    .run { color: var(--faint); font-weight: 400; }
    .status { font-size: 1rem; padding: .15em .6em; border-radius: .3em; background: var(--box);
      border: 1px solid var(--line); vertical-align: middle; }
    .status.succeeded, .status.rolled_back { border-color: var(--already); }
    .status.findings { border-color: var(--already); }
    .status.failed, .status.refused, .status.crashed { border-color: var(--failed); }
    .summary { margin: .2rem 0 0; color: var(--faint); }
    .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: .1rem 2rem; }
    .facts div { display: flex; gap: .8rem; }
    dt { color: var(--faint); min-width: 5.5rem; }
    dd { margin: 0; overflow-wrap: anywhere; }
    .verdict { font-weight: 600; }
    .failure { border-left: 4px solid var(--failed); background: var(--box); padding: .1rem 1rem .7rem; margin: 1rem 0; }
    .failure h2 { margin-top: .6rem; }
    .failure dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem .8rem; margin: 0; }
    pre { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 13px/1.45 ui-monospace, monospace; }
    table { border-collapse: collapse; width: 100%; }
    th { text-align: left; font-weight: 600; }
    th, td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
    thead th { color: var(--faint); font-weight: 400; }
    .steps td:first-child { width: 60%; }
    .swarms td { width: 45%; }
    .swarms td p { margin: 0 0 .15rem; }
    .swarms em { color: var(--open); font-style: normal; }
    .swarms tr.changed th { border-left: 3px solid var(--changed); padding-left: .5rem; }
    .service { display: inline-block; background: var(--box); border: 1px solid var(--line); border-radius: .25rem;
      padding: 0 .4em; margin: .1rem 0; font-size: .9rem; }
    .swarms code { color: var(--faint); font-size: .82rem; margin-right: .6em; white-space: nowrap; }
    .scope th { padding-top: 1rem; color: var(--faint); }
    .step.failed .name { color: var(--failed); font-weight: 600; }
    .command { color: var(--faint); }
    .attempt { border-left: 3px solid var(--failed); padding-left: .6rem; margin: .3rem 0; }
    .number { text-align: right; padding-right: 0; white-space: nowrap; }
    time { white-space: nowrap; font-variant-numeric: tabular-nums; }
    details { margin: .3rem 0; }
    summary { cursor: pointer; color: var(--faint); }
    details pre { background: var(--box); padding: .6rem; border-radius: .3rem; }
    .warning { color: var(--open); }
    .key { display: inline-block; width: .75em; height: .75em; border-radius: .15em; margin-right: .4em; }
    .legend { color: var(--faint); font-size: .9rem; margin: 0 0 .6rem; }
    .legend .key:not(:first-child) { margin-left: .8em; }
    .changed { --bar: var(--changed); } .read { --bar: var(--read); } .already { --bar: var(--already); }
    .settled { --bar: var(--settled); } .failed { --bar: var(--failed); } .open { --bar: var(--open); }
    .running { --bar: var(--open); }
    .key, .bar { background: var(--bar); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    .chart { border-top: 1px solid var(--line); }
    .axis { position: relative; height: 1.5rem; margin-left: 9rem; color: var(--faint); font-size: .8rem; }
    .axis span { position: absolute; padding-left: .25rem; }
    .row { display: flex; border-top: 1px solid var(--line); break-inside: avoid; }
    .host { width: 9rem; padding: .15rem .6rem .15rem 0; overflow-wrap: anywhere; font-size: .9rem; }
    .lanes { position: relative; flex: 1; padding: .2rem 0; min-width: 0; }
    .lane { position: relative; height: 1.15rem; margin: 1px 0; }
    .bar { position: absolute; top: 0; bottom: 0; min-width: 2px; border-radius: 2px; overflow: hidden; z-index: 1; }
    .bar span { display: block; color: #fff; font-size: .72rem; line-height: 1.15rem; padding: 0 .25rem;
      white-space: nowrap; overflow: hidden; text-overflow: clip; }
    .bar.read span { color: var(--text); }
    .mark { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--line); }
    .break { position: absolute; top: 0; bottom: 0; border-left: 2px dashed var(--open); }
    .pause { color: var(--faint); font-size: .85rem; margin: .3rem 0 0 9rem; }
    footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line); color: var(--faint);
      font-size: .85rem; }
    @media print {
      body { max-width: none; padding: 0; font-size: 10pt; }
      .files { display: none; }
      details::details-content { content-visibility: visible; display: block; height: auto; }
      h2, .scope { break-after: avoid; }
      tr { break-inside: avoid; }
    }
    """
}
