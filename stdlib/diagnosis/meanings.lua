--- What the known failures mean, and what to do: the texts of diagnosis.lua. Each function returns a finding,
--- { what=, saw=, means=, act= }; no host is asked here.
local meanings = {}

local function finding(what, saw, means, act) return { what = what, saw = saw, means = means, act = act } end

local function not_reached(words)
  return {
    words = words,
    what = "it does not reach a manager's port 2377",
    means = "the connection fails on the way: the manager's engine does not run, is locked, or a firewall refuses it",
    act = "check the manager's engine (systemctl status docker) and its address, and open its TCP 2377",
  }
end

--- The failures of a host's swarm, recognised by the engine's own words. The first one whose words occur applies.
local swarm_errors = {
  {
    words = { "certificates have expired", "certificate has expired" },
    what = "its swarm certificate has expired",
    means = "the other nodes no longer accept it; it can't renew a certificate that is past its end",
    act = "correct the host's clock if it is wrong; else leave the swarm and join it again "
      .. "(docker swarm leave --force, docker swarm join), then remove its old node",
  },
  {
    words = { "not yet valid" },
    what = "its swarm certificate is not valid yet",
    means = "its clock is behind that of the swarm's managers",
    act = "set the clock (chronyc makestep, or timedatectl set-ntp true), then restart the engine",
  },
  {
    words = { "does not match fingerprint" },
    what = "it reached a manager of another swarm",
    means = "the join token is for another root certificate than the manager shows",
    act = "check the manager's address; if the swarm's CA was rotated, read the join token again",
  },
  {
    words = { "needs to be unlocked" },
    what = "its swarm is locked",
    means = "its engine was restarted, and the swarm's key is needed to read what the manager keeps",
    act = "run docker swarm unlock, with the key that was saved when autolock was turned on",
  },
  {
    words = { "does not have a leader", "too few managers" },
    what = "the swarm has no leader",
    means = "more than half of the managers can't be reached; what runs keeps running, but nothing can be changed",
    act = "bring the other managers back (power, network, engine); use --force-new-cluster only if they are gone for "
      .. "good",
  },
  not_reached { "connection refused", "no route to host" },
  {
    words = { "i/o timeout", "deadline exceeded", "timeout was reached" },
    what = "the managers do not answer in time",
    means = "packets to TCP 2377 are dropped on the way, or the managers have lost their majority",
    act = "try TCP 2377 of each manager from this host, and look at `docker node ls` on a manager",
  },
  -- The same words surround each reason, so they say something only if no reason is given.
  not_reached { "transientfailure", "error while dialing" },
}

local function known_error(text)
  local lower = text:lower()
  for _, known in ipairs(swarm_errors) do
    for _, mark in ipairs(known.words) do
      if lower:find(mark, 1, true) then return known end
    end
  end
end

--- Whether a text says something about a swarm that is known here.
function meanings.is_known(text) return known_error(text) ~= nil end

--- An engine with problems in its swarm, by its own words.
function meanings.of_swarm_error(_, state, text)
  local known = known_error(text)
  if known then return finding(known.what, text, known.means, known.act) end
  return finding(
    ("its swarm is %s"):format(state == "active" and "not answering" or "in state " .. state), text,
    "the engine can't take part in its swarm", "read the engine's log: journalctl -u docker")
end

--- An engine that has neither joined nor given up.
function meanings.joining()
  return finding(
    "it is joining a swarm", "its swarm is in state pending, and it reports no error yet",
    "it keeps trying by itself; that takes seconds if the manager answers",
    "look again in a minute; if nothing changes, try TCP 2377 of the manager from there, and read journalctl -u docker")
end

function meanings.of_host(_, problem, words)
  return finding(
    "it can't be asked", problem.message .. (words ~= problem.message and " (" .. words .. ")" or ""),
    "the host is off, cut off, or does not let this operator in; nothing more is known about it",
    problem.hint ~= "" and problem.hint or "check its power and network, and try ssh by hand")
end

function meanings.of_engine(_, problem, words)
  local saw = problem.message .. (words ~= problem.message and " (" .. words .. ")" or "")
  -- A failure before the engine says nothing about it, so do not advise to start it.
  if problem.code:find("^sudo%.") then
    return finding(
      "its Docker engine can't be asked: sudo", saw,
      "sudo did not start docker for this user, so it is unknown whether the engine runs", problem.hint)
  end
  local act = "read systemctl status docker and journalctl -u docker; then systemctl start docker"
  if problem.code:find("permission", 1, true) or problem.code:find("^ssh%.") then act = problem.hint end
  return finding(
    "its Docker engine does not answer", saw, "the host answers, but its engine can't be asked, or does not run", act)
end

function meanings.of_disk(_, facts)
  return finding(
    "its disk is nearly full", ("%d MiB are free for Docker's data"):format(facts.free_bytes // (1024 * 1024)),
    "containers can't write, images can't be loaded, and a manager can't keep the swarm's log",
    "free some space: docker system df, journalctl --disk-usage, old backups")
end

function meanings.locked()
  return finding(
    "its manager is locked", "the engine says that its swarm is encrypted and needs to be unlocked",
    "its engine was restarted, and it can't manage until it gets the key; the others continue without it",
    "run docker swarm unlock, with the saved key (docker swarm unlock-key on another manager shows it)")
end

local function day(seconds) return time.text(seconds) end

function meanings.expired(_, certificate)
  return finding(
    "its swarm certificate has expired", "it was valid until " .. day(certificate.not_after),
    "the other nodes no longer accept it; it can't renew a certificate that is past its end",
    "correct the host's clock if it is wrong; else leave the swarm and join it again, then remove its old node")
end

function meanings.untrusted(_, certificate)
  return finding(
    "its swarm certificate is not one of its swarm", certificate.trouble,
    "its root certificates do not verify it: a CA rotation was cut off, or files were copied",
    "leave the swarm and join it again; during a CA rotation wait for its end (docker swarm ca)")
end

function meanings.overdue(_, certificate)
  return finding(
    "its swarm certificate should have been renewed", "it is valid until " .. day(certificate.not_after),
    "the node did not reach a manager that signs, for a fifth of the certificate's life",
    "check the other findings: TCP 2377, quorum, an external CA that does not answer")
end

function meanings.no_certificate(_, words)
  return finding(
    "its swarm certificate can't be read", words,
    "the engine says that it is in a swarm, but has no readable certificate",
    "check the folder swarm/certificates below the engine's data folder")
end

function meanings.clock(_, offset, reference)
  return finding(
    "its clock is wrong",
    ("it is %.0f s %s that of %s"):format(math.abs(offset), offset > 0 and "ahead of" or "behind", reference),
    "certificates are not valid yet or no longer, and joining fails; they are backdated by one hour only",
    "set the clock (chronyc makestep, or timedatectl set-ntp true)")
end

--- A port that is not reached; `engine_problem` and `state` say what is known of the engine there.
function meanings.port(_, other, port, found, engine_problem, state)
  local means, act
  if found.state ~= "refused" then
    means = "packets are dropped on the way: a firewall, a wrong address, or a cut network"
    act = ("open TCP %d of %s (%s) for the other hosts"):format(port, other.name, other.address)
  elseif engine_problem then
    means = "nothing listens there, because its engine does not run"
    act = ("start the engine of %s: systemctl start docker"):format(other.name)
  elseif state == "locked" then
    means = "nothing listens there: a locked manager does not listen"
    act = ("unlock %s: docker swarm unlock"):format(other.name)
  elseif state == "inactive" then
    means = ("nothing listens there: %s is in no swarm"):format(other.name)
    act = ("let %s join its swarm, or begin one there: docker swarm init"):format(other.name)
  else
    means = "a firewall refuses it in the host's name, or its engine listens at another address"
    act = ("open TCP %d of %s (%s), and check its address: docker info"):format(port, other.name, other.address)
  end
  if port == 7946 then act = act .. "; UDP 7946 too" end
  return finding(("%s's port %d is not reached"):format(other.name, port), found.saw, means, act)
end

function meanings.lost_quorum(_, info)
  local saw = "the manager knows of no leader"
  if info.error ~= "" then saw = info.error end
  if info.quorum.managers > 0 then
    saw = ("%d of %d managers can be reached, %d are needed"):format(
      info.quorum.reachable, info.quorum.managers, info.quorum.needed)
  end
  return finding(
    "the swarm has lost its quorum", saw,
    "more than half of the managers can't be reached; what runs keeps running, but nothing can be changed or restarted",
    "bring the other managers back (power, network, engine, unlock); only if they are gone for good, consider "
      .. "docker swarm init --force-new-cluster")
end

function meanings.manager_away(member, quorum)
  local result = finding(
    ("the manager %s is not reached by the others"):format(member.hostname),
    ("%s at %s is unreachable; %d more may fail"):format(member.id, member.address, quorum.tolerated),
    "the swarm continues without it, and survives fewer failures",
    "check that host's engine and TCP 2377; if it is gone for good: docker node demote, docker node rm")
  return result
end

function meanings.two_managers()
  return finding(
    "the swarm has two managers", "both are needed for a majority of two",
    "if either fails, nothing can be changed: that is worse than one manager",
    "add a third manager, or demote one: docker node demote")
end

--- What a manager says of a node.
local function said(member, manager)
  return ("%s says: %s"):format(manager.name, member.message ~= "" and member.message or member.state)
end

function meanings.node_down(member, manager)
  return finding(
    "its node is " .. member.state, said(member, manager),
    "its engine answers, but its heartbeats do not reach the managers, which move its tasks to other nodes",
    "check TCP 2377 of the managers from there, its clock and its certificate; then restart its engine")
end

function meanings.silent_node(_, member, manager)
  return finding(
    "its node is " .. member.state, said(member, manager),
    "the host does not answer and does not reach the managers either; its services are not running there",
    "bring the host or its engine back; if it is gone for good, replace it and remove the node " .. member.id)
end

function meanings.stale_node(member, manager, silent)
  local means = "no host of the inventory is this node: it was left behind when its host left or joined again"
  if #silent > 0 then
    local names = {}
    for _, host in ipairs(silent) do names[#names + 1] = host.name end
    means = ("it was left behind when its host left, or it is of a host that does not answer (%s)"):format(
      table.concat(names, ", "))
  end
  return finding(
    ("the node %s (%s) is %s"):format(member.id, member.hostname, member.state),
    ("%s lists it at %s: %s"):format(manager.name, member.address, member.message), means,
    ("if you don't need it: docker node rm %s; such nodes hold up a CA rotation"):format(member.id))
end

function meanings.not_joined(host, engine, manager)
  local where = engine.state == "active" and "in another swarm" or "in no swarm"
  return finding(
    "it is not part of the swarm of " .. manager.name, ("it is %s, and other hosts have joined"):format(where),
    "the layout is half changed, or the host has left the swarm",
    "continue the interrupted run (runbook list, runbook resume), or let it join: "
      .. "docker swarm join-token worker on " .. manager.name)
end

function meanings.task(task)
  local saw = { task.cause }
  for _, reason in ipairs(task.reasons) do saw[#saw + 1] = reason end
  for _, line in ipairs(task.log) do saw[#saw + 1] = "its log: " .. line end
  return finding(
    ("%s does not run as it should"):format(task.service), table.concat(saw, "\n     "), task.message, task.hint)
end

function meanings.left_behind(part)
  local attached = table.concat(part.attached, ", ")
  return finding(
    ("the %s %s was left behind"):format(part.kind, part.name),
    ("it carries the label of the stack %s, which has no service%s"):format(
      part.stack, attached ~= "" and "; attached: " .. attached or ""),
    "a removal was cut off, or something still holds it; the next deployment may fail or use what is old",
    (attached ~= "" and "stop what is attached, then " or "") .. ("docker %s rm %s"):format(part.kind, part.name))
end

function meanings.rotating(manager)
  return finding(
    "a CA rotation is running", manager.name .. " says that not every node has the new root certificate yet",
    "nodes that are down hold it up for ever; until its end, the join tokens are still the old ones",
    "bring the nodes that are down back, or remove them (docker node rm), then wait: docker swarm ca")
end

function meanings.overlay(stack_name, problem, words)
  return finding(
    ("the services of the stack %s do not reach each other between hosts"):format(stack_name), words,
    "the nodes are ready and tasks run, but an engine has no part in the network, or ports 7946 or 4789 are not open "
      .. "between hosts", problem.hint)
end

return meanings
