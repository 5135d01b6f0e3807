--- Looks at every host before anything is changed, and reports all findings at once.
---
---     local checklist = require "checklist"
---     checklist.preflight(checks, run)
---
--- `checks` is a list. Each entry has a `name`, becomes the step `checks/<host>/<name>`, and is one of
---   { name=, on="every host"|"manager"|"workers", function(host, run, seen) … end }
---   { name=, across=true, function(run, hosts_seen) … end }     afterwards, with what was seen on all hosts
--- The function only reads. It returns findings (a list of { message=, host=, hint= }, or nil) and, after them, what
--- it saw (data), which later checks find in `seen[name]`. A host on which a check could not be carried out at all is
--- a finding too, and is not asked further.
local checklist = {}

local function applies(check, host)
  if check.across then return false end
  local roles = { ["every host"] = host.role, manager = "manager", workers = "worker" }
  return roles[check.on or "every host"] == host.role
end

--- What host functions raised, as findings. A mistake in a check's own code is none and goes on as an error.
local function findings_of(problem, host)
  local code = type(problem) ~= "string" and problem.code
  local is_mistake = not code or code:find("^lua%.") or (code:find("^runbook%.") and code ~= "runbook.failed")
  if is_mistake then error(problem, 0) end
  if code == "parallel.failed" then
    local findings = {}
    for _, part in ipairs(problem.related) do
      for _, finding in ipairs(findings_of(part, host)) do findings[#findings + 1] = finding end
    end
    return findings
  end
  local where = problem.host or (host and host.name)
  return { { message = problem.message, host = where, hint = problem.hint, cause = problem.cause } }
end

--- Carries out one check in a step. Returns { findings=, saw=, could= }, which is what the journal keeps.
local function look(check, host, ...)
  local arguments = table.pack(...)
  return step(check.name, function()
    local ok, findings, saw = pcall(check[1], table.unpack(arguments, 1, arguments.n))
    if not ok then return { findings = findings_of(findings, host), could = false } end
    for _, finding in ipairs(findings or {}) do
      if host and not finding.host then finding.host = host.name end
    end
    return { findings = findings or {}, saw = saw, could = true }
  end)
end

--- Carries out all checks, those of one host after the other, the hosts side by side. Returns the results, in the
--- order of the inventory, and what was seen by host name.
local function look_everywhere(checks, run)
  local results, hosts_seen = {}, {}
  local of_hosts = parallel(run.inventory.hosts, function(host)
    local mine, seen = {}, {}
    for _, check in ipairs(checks) do
      if applies(check, host) then
        local result = look(check, host, host, run, seen)
        mine[#mine + 1] = result
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
    if check.across then results[#results + 1] = look(check, nil, run, hosts_seen) end
  end
  return results, hosts_seen
end

--- Carries out all checks, and refuses the run where anything speaks against beginning. Returns what was seen, by host
--- name.
function checklist.preflight(checks, run)
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
  if #findings > 0 then refuse(findings) end
  return hosts_seen
end

return checklist
