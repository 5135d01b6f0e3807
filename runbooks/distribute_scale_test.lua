--- What distribute.lua sends to each host does not grow with the number of hosts.
local expect = require "expect"

local services = { "accesspoint", "policy", "authentication" }

local function world_of(count)
  local hosts = { m = { address = "192.0.2.1", role = "manager", services = { "admin", "distribution", "postgres" } } }
  for i = 1, count - 1 do
    hosts[("w%02d"):format(i)] = {
      address = ("192.0.3.%d"):format(i), role = "worker", services = { services[i % 3 + 1] },
    }
  end
  simulation.world {
    inventory = { stack = { name = "da", directory = "/opt/da", files = { "docker-compose.yml" } }, hosts = hosts },
  }
end

--- Distributes the stack on so many hosts. Returns how much was sent to the manager and to each worker that could change
--- them, and the steps.
local function distributed(count)
  world_of(count)
  local result = simulation.run("distribute.lua")
  expect.succeeded(result)
  local of_workers = {}
  for i = 1, count - 1 do of_workers[#simulation.calls(("w%02d"):format(i))] = true end
  local steps = 0
  for _ in pairs(result.steps) do steps = steps + 1 end
  return #simulation.calls("m"), of_workers, steps
end

test("each host is sent the same, however many there are, and the manager the same for each", function()
  local manager, of_workers, steps = distributed(10)
  local manager_twice, of_workers_twice, steps_twice = distributed(20)
  local manager_thrice, _, steps_thrice = distributed(30)
  expect.equal(of_workers_twice, of_workers)
  expect.equal(manager_thrice - manager_twice, manager_twice - manager)
  expect.equal(steps_thrice - steps_twice, steps_twice - steps)
end)
