--- Tests of layout.lua: what was read, compared with what the inventory describes. No host is asked.
local da = require "digital_access"
local expect = require "expect"
local layout = require "layout"

local function host(name, role, services, labels)
  return { name = name, address = "192.0.2." .. name:sub(-1), role = role, services = services, labels = labels or {} }
end

local da1 = host("da1", "manager", { "admin" })
local da2 = host("da2", "worker", { "policy" }, { rack = "b" })
local run = { inventory = {
  stack = { name = "da" }, manager = da1, managers = { da1 }, workers = { da2 }, hosts = { da1, da2 },
} }

--- A node as node.list returns it, with what differs from the inventory.
local function member(of, more)
  local one = {
    id = "id-" .. of.name, host = of.name, hostname = of.name, role = of.role, state = "ready", availability = "active",
    address = of.address, labels = da.labels_for(of),
  }
  for key, value in pairs(more or {}) do one[key] = value end
  return one
end

local function unknown(more)
  local one = member(da2, more)
  one.host = nil
  return one
end

--- The findings as `host: message`, one a line.
local function told(findings)
  local lines = {}
  for _, found in ipairs(findings) do lines[#lines + 1] = ("%s: %s"):format(found.host or "-", found.message) end
  return lines
end

--- A table test: each case calls `look`, and its findings are compared.
local function cases(what, list, look)
  for _, case in ipairs(list) do
    test(what .. ": " .. case.name, function() expect.equal(told(look(case)), case.told) end)
  end
end

cases("membership", {
  { name = "as described", nodes = { member(da1), member(da2) }, told = {} },
  { name = "one is missing", nodes = { member(da1) }, told = { "da2: it is not part of the swarm of da1" } },
  {
    name = "one is down", nodes = { member(da1), member(da2, { state = "down" }) }, told = { "da2: its node is down" },
  },
  {
    name = "one is drained", nodes = { member(da1), member(da2, { availability = "drain" }) },
    told = { "da2: its node is drained, and takes no tasks" },
  },
  {
    name = "one has another role", nodes = { member(da1), member(da2, { role = "manager" }) },
    told = { "da2: it is a manager in the swarm, not a worker" },
  },
  {
    name = "one that is silent is found by its address", nodes = { member(da1), unknown() }, silent = { da2 = true },
    told = {},
  },
  {
    name = "one that is not silent is not found by its address", nodes = { member(da1), unknown() },
    told = { "da2: it is not part of the swarm of da1" },
  },
}, function(case) return layout.membership(run, case.nodes, case.silent) end)

test("membership: the hint says how to change the role", function()
  local found = layout.membership(run, { member(da1, { role = "worker" }), member(da2, { role = "manager" }) })
  expect.equal(found[1].hint, "docker node promote id-da1")
  expect.equal(found[2].hint, "docker node demote id-da2")
end)

cases("strangers", {
  { name = "none", nodes = { member(da1), member(da2) }, told = {} },
  {
    name = "an entry of a host that is gone",
    nodes = { member(da1), member(da2), unknown { id = "old", hostname = "da9", state = "down" } },
    told = { "-: the swarm still lists the node old (da9), which is down and not in the inventory" },
  },
  {
    name = "an entry of a host that left and joined again, which is down",
    nodes = { member(da1), member(da2), unknown { id = "old", state = "down" } },
    told = { "-: the swarm still lists da2 as the node old, as which it left; it has joined again as id-da2" },
  },
  {
    name = "an entry of a host that left and joined again a moment ago",
    nodes = { member(da1), unknown { id = "old" }, member(da2) },
    told = { "-: the swarm still lists da2 as the node old, as which it left; it has joined again as id-da2" },
  },
  {
    name = "a machine of the same host name at another address",
    nodes = { member(da1), member(da2), unknown { id = "other", address = "192.0.2.7" } },
    told = { "-: the node other (da2, 192.0.2.7) is in the swarm, but not in the inventory" },
  },
  {
    name = "a node that is not in the inventory",
    nodes = { member(da1), member(da2), unknown { id = "new", hostname = "x" } },
    told = { "-: the node new (x, 192.0.2.2) is in the swarm, but not in the inventory" },
  },
}, function(case) return layout.strangers(run, case.nodes) end)

test("a node that a host was before it joined again: the advice leaves the node that it is now alone", function()
  for _, state in ipairs { "ready", "down" } do
    local found = layout.strangers(run, { member(da1), unknown { id = "old", state = state }, member(da2) })
    expect.contains(found[1].hint, "docker node rm old; leave da2 as it is")
    expect.falsy(found[1].hint:find("swarm leave", 1, true))
  end
end)

test("of two nodes at a silent host's address it is the one that is ready", function()
  local members = layout.members(run,
    { member(da1), unknown { id = "old", state = "down" }, unknown { id = "now" } }, { da2 = true })
  expect.equal(members.da2.id, "now")
end)

cases("labels", {
  { name = "as described", labels = { ["da-policy"] = "true", rack = "b" }, told = {} },
  { name = "one is missing", labels = { rack = "b" }, told = { "da2: it lacks the label da-policy=true" } },
  {
    name = "one has another value", labels = { ["da-policy"] = "false", rack = "b" },
    told = { "da2: it lacks the label da-policy=true; it has da-policy=false" },
  },
  {
    name = "one too many", labels = { ["da-policy"] = "true", rack = "b", ["da-admin"] = "true" },
    told = { "da2: it carries the label da-admin of a service that runs elsewhere" },
  },
  {
    name = "the database's is left alone if no host is given it",
    labels = { ["da-policy"] = "true", rack = "b", postgres = "true" }, told = {},
  },
  { name = "one that others set", labels = { ["da-policy"] = "true", rack = "b", theirs = "1" }, told = {} },
}, function(case) return layout.labels(da, run, { member(da1), member(da2, { labels = case.labels }) }) end)

cases("one alone", {
  { name = "one", nodes = { member(da1), member(da2) }, told = {} },
  {
    name = "none", nodes = { member(da2) }, told = { "-: no node carries da-admin, which exactly one must have" },
  },
  {
    name = "two", nodes = { member(da1), unknown { labels = { ["da-admin"] = "true" } } },
    told = { "-: 2 nodes carry da-admin (da1, id-da2), which exactly one must have" },
  },
}, function(case) return layout.one_alone(da, case.nodes, "admin") end)

local policy = {
  name = "da_policy", image = "nexus/policy:1@sha256:ab", mode = "global", desired = 1, running = 1,
  constraints = { "node.labels.da-policy == true" },
}
local described = { name = "policy", image = "nexus/policy:1", mode = "global", replicas = 1,
  constraints = { "node.labels.da-policy==true" } }

local function changed(of, more)
  local one = {}
  for key, value in pairs(of) do one[key] = value end
  for key, value in pairs(more) do one[key] = value end
  return one
end

cases("services", {
  { name = "as described; a digest and spaces make no difference", services = { policy }, told = {} },
  { name = "nothing is deployed", services = {}, told = { "-: the stack da is not deployed" } },
  {
    name = "another mode", services = { changed(policy, { mode = "replicated" }) },
    told = { "-: da_policy is a replicated service, the compose files say global" },
  },
  {
    name = "another number", services = { changed(policy, { mode = "replicated", desired = 3 }) },
    described = { changed(described, { mode = "replicated", replicas = 2 }) },
    told = { "-: da_policy should run 3 times, the compose files say 2" },
  },
  {
    name = "another image", services = { changed(policy, { image = "nexus/policy:2" }) },
    told = { "-: da_policy has the image nexus/policy:2, the compose files say nexus/policy:1" },
  },
  {
    name = "an image that is not named", services = { policy }, described = { changed(described, { image = "" }) },
    told = {},
  },
  {
    name = "another place", services = { changed(policy, { constraints = {} }) },
    told = { '-: da_policy is constrained to "", the compose files say "node.labels.da-policy==true"' },
  },
  {
    name = "one that is missing, and one too many", services = { changed(policy, { name = "da_other" }) },
    told = {
      "-: the service da_policy of the compose files is not deployed",
      "-: the service da_other belongs to the stack, but is in none of the compose files",
    },
  },
}, function(case) return layout.services(run, case.services, case.described or { described }) end)

local function task(more)
  return changed({ service = "da_policy", node = "id-da2", host = "da2", state = "running", error = "" }, more or {})
end

cases("tasks", {
  { name = "as described", services = { policy }, tasks = { task() }, told = {} },
  { name = "nothing is deployed", services = {}, tasks = {}, told = { "-: the stack da is not deployed" } },
  {
    name = "it runs elsewhere", services = { policy }, tasks = { task { host = "da1" } },
    told = {
      "da2: da_policy does not run here, where the inventory puts it",
      "da1: da_policy runs here, where the inventory does not put it",
    },
  },
  {
    name = "it runs on a node that is not a host", services = { changed(policy, { desired = 2, running = 2 }) },
    tasks = { task(), task { host = false, node = "id-x" } },
    told = { "-: da_policy runs on the node id-x, where the inventory does not put it" },
  },
  {
    name = "it does not run", services = { changed(policy, { running = 0 }) },
    tasks = { task { state = "failed", error = "no space left" } },
    told = {
      "-: da_policy runs 0 of 1 times", "da2: da_policy does not run here, where the inventory puts it",
    },
  },
  {
    name = "a silent host is found by its node", services = { policy }, tasks = { task { host = false } },
    more = { members = { da2 = member(da2) } }, told = {},
  },
}, function(case) return layout.tasks(da, run, case.services, case.tasks, case.more) end)

test("tasks: why a service does not run is its own words, or what is known better", function()
  local services = { changed(policy, { running = 0 }) }
  local tasks = { task { state = "failed", error = "no space left" } }
  expect.equal(layout.tasks(da, run, services, tasks)[1].cause, "no space left")
  local better = { causes = { da_policy = "the disk of da2 is full" } }
  expect.equal(layout.tasks(da, run, services, tasks, better)[1].cause, "the disk of da2 is full")
end)
