/// How the live page looks, on top of what it shares with the report.
enum PageStyle {
  static let sheet = """
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
