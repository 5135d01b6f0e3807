/// How a report and the live page look: on a screen, light or dark, and on paper.
public enum ReportStyle {
  /// The style sheet.
  public static let sheet = """
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
