--- A manager's swarm state, the folder `swarm` of its engine: saving it, and putting it in place.
local state = {}

--- How commands on a host run as root.
local function as_root(host) return { sudo = ssh.facts(host).user_id ~= 0 } end

--- Whether the host's engine answers.
function state.is_up(host)
  local ok, found = pcall(docker.info, host)
  if not ok and (type(found) == "string" or found.code:find("^lua%.")) then error(found, 0) end
  return ok
end

--- Carries out `fn` while the host's engine is stopped, and starts the engine in any case. Within one step, so that
--- nothing is carried out later while the engine runs.
function state.while_stopped(host, fn)
  docker.stop(host)
  local ok, result = pcall(fn)
  docker.start(host)
  if not ok then error(result, 0) end
  return result
end

--- Copies the state into an archive on the host that only root can read, whole or not at all. `root`: the engine's
--- data folder.
function state.archive(host, root, archive)
  state.while_stopped(host, function()
    local part = archive .. ".part"
    local function run(...) ssh.run(host, { ... }, as_root(host)) end
    run("install", "-m", "600", "/dev/null", part)      -- before anything is in it
    run("tar", "-C", root, "-czf", part, "swarm")
    run("mv", part, archive)
  end)
end

--- Whether there is something at a path, which only root may look at. It is asked by a command that a resumed run finds
--- again, with its answer: the run then takes the path that it had begun, whatever it has changed since.
local function is_there(host, path)
  local options = as_root(host)
  options.check = false
  local result = ssh.run(host, { "test", "-e", path }, options)
  if result.status > 1 then fail { message = result.stderr, host = host } end
  return result.status ~= 1                            -- in a plan, which can't know it, too
end

--- Replaces the state with that of an archive; the old one stays beside it as `former`.
function state.unpack(host, root, archive, former)
  state.while_stopped(host, function()
    local place = archive .. ".unpacked"
    local function run(...) ssh.run(host, { ... }, as_root(host)) end
    run("rm", "-rf", place)
    run("mkdir", "-m", "700", place)
    run("tar", "-C", place, "-xzf", archive)
    if not is_there(host, place .. "/swarm") then
      fail { message = ("%s holds no swarm state"):format(archive), host = host,
        hint = "give an archive that backup-swarm.lua has made" }
    end
    -- The old state is kept once: after an attempt that failed, what is there may be the new one.
    if is_there(host, root .. "/swarm") and not is_there(host, former) then run("mv", root .. "/swarm", former) end
    run("rm", "-rf", root .. "/swarm")
    run("mv", place .. "/swarm", root .. "/swarm")
    run("rmdir", place)
  end)
end

return state
