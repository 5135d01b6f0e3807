import Journal
import TestSupport
import Testing
import Values

@Suite("The page in a browser", .usualTimeLimit, .enabled(if: Chromium.isThere, "chromium is not installed"))
struct ChromiumTests {
  @Test("by keyboard alone: log in, open a run, see it move, and approve, with no error in the console")
  func keyboard() async throws {
    try await Site.serve { site in
      try await site.run(
        "k3f9x2",
        [(.runCreated, nil, ["summary": "Move"]), (.runStarted, nil, [:]), (.stepStarted, "checks/disk", [:])])
      try await Chromium.run { browser in
        try await browser.open(site.address + "/login#token=" + Site.token)
        // The token goes from the address into the form.
        try await browser.until("document.activeElement.id === 'login' && location.hash === ''")
        try await browser.press("Enter")
        try await browser.until("document.getElementById('run-k3f9x2')")
        try await browser.tab(to: "run-k3f9x2")
        try await browser.press("Enter")
        try await browser.until("document.getElementById('connection').textContent === 'live'")
        #expect(
          try await browser.value("document.getElementById('tree').innerText").stringValue?.contains("disk") == true)
        #expect(try await browser.value("document.querySelectorAll('.bar').length") == 1)

        // What comes while it is looked at does not move the focus, nor fold or unfold anything.
        _ = try await browser.value("document.querySelector('.tree summary').focus()")
        try await browser.press("Enter")
        try await browser.until("!document.querySelector('.tree details').open")
        try await site.tell("k3f9x2", .stepSucceeded, "checks/disk", ["outcome": "read"])
        try await site.tell("k3f9x2", .stepStarted, "checks/memory")
        try await browser.until("document.getElementById('tree').textContent.includes('memory')")
        #expect(try await browser.value("document.activeElement.matches('.tree summary')") == true)
        #expect(try await browser.value("document.querySelector('.tree details').open") == false)

        try await site.tell("k3f9x2", .stepSucceeded, "checks/memory", ["outcome": "read"])
        try await site.tell("k3f9x2", .approvalRequested, "approve: Go?", ["message": "Go?"])
        try await site.tell("k3f9x2", .runWaiting, "approve: Go?", ["reason": "approval", "message": "Go?"])
        try await browser.until("document.getElementById('announce').textContent.includes('waiting for a person: Go?')")
        try await browser.tab(to: "approve")
        try await browser.press("Enter")
        try await browser.until("document.querySelector('.notice').textContent.includes('Approved: Go?')")
        #expect(try await site.state(of: "k3f9x2").approvals[0].answer == .granted)
        #expect(await browser.complaints == [])
      }
    }
  }

  @Test("a screen reader finds landmarks, a heading, and a name for everything that can be used")
  func names() async throws {
    try await Site.serve { site in
      try await site.run("k3f9x2", [(.runStarted, nil, [:]), (.stepStarted, "disk", [:])])
      try await Chromium.run { browser in
        try await browser.open(site.address + "/login#token=" + Site.token)
        try await browser.until("document.activeElement.id === 'login'")
        for path in ["/login", "/", "/runs/k3f9x2"] {
          if path == "/" {
            try await browser.press("Enter")
            try await browser.until("document.getElementById('run-k3f9x2')")
          } else if path != "/login" {
            try await browser.open(site.address + path)
            try await browser.until("document.getElementById('tree')")
          }
          #expect(try await browser.value("document.querySelectorAll('h1').length") == 1)
          #expect(try await browser.value("document.querySelectorAll('main').length") == 1)
          #expect(try await browser.value("document.documentElement.lang") == "en")
          #expect(try await browser.value("document.querySelectorAll('header nav[aria-label]').length") == 1)
          let unnamed = """
            [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')].filter((one) =>
              !one.textContent.trim() && !(one.labels && one.labels.length)).map((one) => one.outerHTML).join()
            """
          #expect(try await browser.value(unnamed) == "")
        }
      }
    }
  }
}
