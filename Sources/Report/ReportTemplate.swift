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
