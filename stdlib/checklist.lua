--- Carries out checks on every host, and reports all findings at once.
---
---     local checklist = require "checklist"
---     checklist.preflight(checks, run)
---
--- `checks` is a list. Each entry has a `name`, becomes the step `checks/<host>/<name>`, and is one of
---   { name=, on="every host"|"manager"|"workers"|function(host), function(host, run, seen) … end }
---   { name=, across=true, function(run, hosts_seen) … end }     afterwards, with what was seen on all hosts
--- The function only reads. It returns findings (a list of { message=, host=, hint= }, or nil) and, after them, what
--- it saw (data), which later checks find in `seen[name]`. One that returns false could not look; one that could not
--- look at some hosts has seen { not_possible = { [host] = true } }. A host on which a check could not be carried out
--- at all is a finding too, and no further checks are carried out on it.
local checklist = {}

local function applies(check, host)
  if check.across then return false end
  if type(check.on) == "function" then return check.on(host) end
  local roles = { ["every host"] = host.role, manager = "manager", workers = "worker" }
  return roles[check.on or "every host"] == host.role
end

--- The inventory's host of that name; nil for another machine, such as the one that runs this program.
local function host_of(run, name)
  for _, host in ipairs(run.inventory.hosts) do
    if host.name == name then return host.name end
  end
end

--- What host functions raised, as findings. A mistake in a check's own code is not a finding; it stays an error.
local function findings_of(problem, run, host)
  local code = type(problem) ~= "string" and problem.code
  local is_mistake = not code or code:find("^lua%.") or (code:find("^runbook%.") and code ~= "runbook.failed")
  if is_mistake then error(problem, 0) end
  if code == "parallel.failed" then
    local findings = {}
    for _, part in ipairs(problem.related) do
      for _, finding in ipairs(findings_of(part, run, host)) do findings[#findings + 1] = finding end
    end
    return findings
  end
  local where, message = host_of(run, problem.host), problem.message
  if problem.host and not where then message = ("%s: %s"):format(problem.host, message) end
  return { { message = message, host = where or (host and host.name), hint = problem.hint, cause = problem.cause } }
end

--- Carries out one check in a step. Returns { findings=, saw=, could= }, which is what the journal keeps.
local function look(check, run, host, ...)
  local arguments = table.pack(...)
  return step(check.name, function()
    local ok, findings, saw = pcall(check[1], table.unpack(arguments, 1, arguments.n))
    if not ok then return { findings = findings_of(findings, run, host), could = false } end
    if findings == false then return { findings = {}, could = false } end
    for _, finding in ipairs(findings or {}) do
      if host and not finding.host then finding.host = host.name end
    end
    return { findings = findings or {}, saw = saw, could = true }
  end)
end

--- What is known of one check, for the table.
local function recorded(check, result, host)
  return {
    check = check.name, host = host and host.name, findings = result.findings, could = result.could,
    not_possible = type(result.saw) == "table" and result.saw.not_possible or nil,
  }
end

--- Carries out all checks, those of one host after the other, the hosts in parallel. Returns the results, in the order
--- of the inventory, each { check=, host=, findings=, could= }, and what was seen by host name.
local function look_everywhere(checks, run)
  local results, hosts_seen = {}, {}
  local of_hosts = parallel(run.inventory.hosts, function(host)
    local mine, seen = {}, {}
    for _, check in ipairs(checks) do
      if applies(check, host) then
        local result = look(check, run, host, host, run, seen)
        mine[#mine + 1] = recorded(check, result, host)
        if not result.could then return { results = mine } end
        seen[check.name] = result.saw
      end
    end
    return { results = mine, seen = seen }
  end)

  for index, host in ipairs(run.inventory.hosts) do
    hosts_seen[host.name] = of_hosts[index].seen       -- nil where the host could not be asked
    for _, result in ipairs(of_hosts[index].results) do results[#results + 1] = result end
  end
  for _, check in ipairs(checks) do
    if check.across then
      local result = look(check, run, nil, run, hosts_seen)
      results[#results + 1] = recorded(check, result)
    end
  end
  return results, hosts_seen
end

--- Carries out all checks below the scope `checks`. Returns all findings, each once, what was seen by host name, and
--- the results, for checklist.show.
function checklist.look(checks, run)
  local results, hosts_seen
  scope("checks", function() results, hosts_seen = look_everywhere(checks, run) end)
  local findings, told = {}, {}
  for _, result in ipairs(results) do
    for _, finding in ipairs(result.findings) do
      local key = ("%s %s"):format(finding.host or "", finding.message)
      if not told[key] then findings[#findings + 1] = finding end
      told[key] = true
    end
  end
  return findings, hosts_seen, results
end

--- The results by check and host ("" for a check across all), and the hosts that could not be asked.
local function indexed(results)
  local by_check, silent = {}, {}
  for _, result in ipairs(results) do
    by_check[result.check] = by_check[result.check] or {}
    by_check[result.check][result.host or ""] = result
    if result.host and result.could ~= true then silent[result.host] = true end
  end
  return by_check, silent
end

--- The result of a check on a host: "ok", "finding", "not possible", or "-" if it does not apply to that host.
local function verdict(check, host, run, by_check, silent)
  local found = (by_check[check.name] or {})[check.across and "" or host.name]
  if not check.across and not applies(check, host) then return "-" end
  if not found or found.could ~= true then return "not possible" end
  for _, finding in ipairs(found.findings) do
    -- A finding without a host is about the swarm, and so about its manager.
    if (finding.host or run.inventory.manager.name) == host.name or found.host then return "finding" end
  end
  if silent[host.name] or (found.not_possible and found.not_possible[host.name]) then return "not possible" end
  return "ok"
end

--- Shows at the end of the run the result of each check on each host.
function checklist.show(title, checks, run, results)
  local headings, rows = { "check" }, {}
  local by_check, silent = indexed(results)
  for _, host in ipairs(run.inventory.hosts) do headings[#headings + 1] = host.name end
  for _, check in ipairs(checks) do
    local row = { check.name }
    for _, host in ipairs(run.inventory.hosts) do row[#row + 1] = verdict(check, host, run, by_check, silent) end
    rows[#rows + 1] = row
  end
  show_table(title, headings, rows)
end

--- Carries out all checks, and refuses the run if there are findings. Returns what was seen, by host name.
function checklist.preflight(checks, run)
  local findings, hosts_seen = checklist.look(checks, run)
  if #findings > 0 then refuse(findings) end
  return hosts_seen
end

return checklist
