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
    {{#columns}}<td>{{#status}}<p>{{position}}{{#remark}}<br><em>{{remark}}</em>{{/remark}}</p>
    <p>{{#services}}<span class="service">{{.}}</span> {{/services}}</p>
    <p>{{#labels}}<code>{{.}}</code> {{/labels}}</p>{{/status}}</td>
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
