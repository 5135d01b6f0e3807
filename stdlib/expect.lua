--- What tests expect. Each function raises an error with both sides when it isn't so, at the line of the test.
local expect = {}

--- A value as the reader would write it; tables with their keys in order, as deep as they are.
local function show(value, indent)
  indent = indent or ""
  if type(value) == "string" then return string.format("%q", value):gsub("\\\n", "\\n") .. "" end
  if type(value) ~= "table" then return tostring(value) end
  local keys = {}
  for key in pairs(value) do keys[#keys + 1] = key end
  if #keys == 0 then return "{}" end
  local lines = {}
  local is_list = #keys == #value
  for _, key in ipairs(keys) do
    local name = is_list and "" or (tostring(key) .. " = ")
    lines[#lines + 1] = indent .. "  " .. name .. show(value[key], indent .. "  ")
  end
  return "{\n" .. table.concat(lines, ",\n") .. "\n" .. indent .. "}"
end

--- The first place at which two values differ, as a path of keys; nil where they are equal.
local function difference(actual, expected, path)
  if type(actual) ~= "table" or type(expected) ~= "table" then
    if actual == expected then return nil end
    return path
  end
  for key, value in pairs(expected) do
    local found = difference(actual[key], value, path .. "." .. tostring(key))
    if found then return found end
  end
  for key in pairs(actual) do
    if expected[key] == nil then return path .. "." .. tostring(key) end
  end
  return nil
end

local function about(what) return what and (what .. ": ") or "" end

--- That two values are equal; tables are, when they have equal members.
function expect.equal(actual, expected, what)
  local place = difference(actual, expected, "")
  if not place then return end
  local where = place ~= "" and ("\nfirst difference: " .. place:sub(2)) or ""
  error(about(what) .. "expected " .. show(expected) .. "\nbut got  " .. show(actual) .. where, 2)
end

--- That a value is neither nil nor false.
function expect.truthy(value, what)
  if not value then error(about(what) .. "expected something true, but got " .. show(value), 2) end
end

--- That a value is nil or false.
function expect.falsy(value, what)
  if value then error(about(what) .. "expected nil or false, but got " .. show(value), 2) end
end

--- That a list has an element, or a text a part.
function expect.contains(whole, part, what)
  if type(whole) ~= "table" and type(whole) ~= "string" then
    error(about(what) .. "expected a list or a text to look for " .. show(part) .. " in, but got " .. show(whole), 2)
  end
  if type(whole) == "string" then
    if whole:find(part, 1, true) then return end
  else
    for _, element in ipairs(whole) do
      if not difference(element, part, "") then return end
    end
  end
  error(about(what) .. "expected " .. show(part) .. " in " .. show(whole), 2)
end

--- That a list has no such element, or a text no such part.
function expect.lacks(whole, part, what)
  local is_there, problem = pcall(expect.contains, whole, part)
  if not is_there and (type(whole) == "table" or type(whole) == "string") then return end
  if not is_there then error(problem, 2) end
  error(about(what) .. "did not expect " .. show(part) .. " in " .. show(whole), 2)
end

--- That a text matches a Lua pattern.
function expect.matches(text, pattern, what)
  if type(text) == "string" and text:find(pattern) then return end
  error(about(what) .. "expected text like " .. show(pattern) .. ", but got " .. show(text), 2)
end

--- What went wrong, with what belongs to it below.
local function words(failure, indent)
  local step = failure.step and (" in the step \"" .. failure.step .. "\"") or ""
  local host = failure.host and (failure.host .. ": ") or ""
  local text = host .. failure.message .. step .. (failure.cause and (" (" .. failure.cause .. ")") or "")
  for _, other in ipairs(failure.related or {}) do
    text = text .. "\n" .. indent .. words(other, indent .. "  ")
  end
  return text
end

local function ending(result)
  local failure = result.failure
  return failure and (result.status .. ": " .. words(failure, "  ")) or result.status
end

--- That a run came to its end.
function expect.succeeded(result)
  if result.status ~= "succeeded" then error("the run " .. ending(result), 2) end
end

--- That a run failed, or was refused; `code` says as what.
function expect.failed(result, code)
  local failure = result.failure
  if not failure then error("expected the run to fail, but it " .. result.status, 2) end
  if code and failure.code ~= code then
    error("expected the failure " .. code .. ", but it is " .. failure.code .. ": " .. ending(result), 2)
  end
end

--- Whether a text is in what went wrong: its words, hint, cause, or those of what belongs to it.
local function tells(failure, text)
  -- As it is shown, a failure begins with its host.
  for _, part in ipairs { failure.message, failure.hint or "", failure.cause or "", failure.host or "" } do
    if part:find(text, 1, true) then return true end
  end
  for _, other in ipairs(failure.related or {}) do
    if tells(other, text) then return true end
  end
  return false
end

--- That a run did not come to its end, and that the reason, or one of the findings, has that text in it.
function expect.tells(result, text)
  local failure = result.failure
  if not failure then error("expected the run to fail, but it " .. result.status, 2) end
  if not tells(failure, text) then error("expected " .. show(text) .. " in what went wrong: " .. ending(result), 2) end
end

--- That one step began before another. `order` is that of a result; the steps are named by their paths.
function expect.before(order, first, second)
  local places = {}
  for place, path in ipairs(order) do places[path] = place end
  for _, path in ipairs { first, second } do
    if not places[path] then error("there is no step " .. show(path) .. " among " .. show(order), 2) end
  end
  if places[first] > places[second] then error(show(first) .. " began after " .. show(second), 2) end
end

--- That a function raises an error, with that text in it.
function expect.error(work, text)
  local is_fine, problem = pcall(work)
  if is_fine then error("expected an error, but there was none", 2) end
  if text and not tostring(problem):find(text, 1, true) then
    error("expected an error with " .. show(text) .. ", but got " .. tostring(problem), 2)
  end
end

return expect
