-- How Argo CD shows a ScheduledJob. Healthy means that it is understood and its schedule in force (or suspended, or
-- at its end): how runs end is theirs to show, and a failed run does not make an application Degraded.
-- Argo CD gives a health check no library but base and table.

local function condition(type)
  for _, each in ipairs(obj.status.conditions or {}) do
    if each.type == type then
      return each
    end
  end
  return {}
end

-- "InvalidSchedule: minute 61 is outside 0–59"
local function words(of)
  if of.message == nil or of.message == "" then
    return of.reason or "no reason given"
  end
  return (of.reason or "") .. ": " .. of.message
end

local function health(status, message)
  return { status = status, message = message }
end

if obj.status == nil or obj.status.observedGeneration == nil then
  return health("Progressing", "Waiting for the operator to see it")
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "Waiting for the operator to see the latest edit")
end

local ready = condition("Ready")
local stalled = condition("Stalled")
if stalled.status == "True" then
  return health("Degraded", words(stalled))
end
if ready.status == "False" then
  return health("Degraded", words(ready))
end
if ready.status ~= "True" then
  return health("Progressing", "Waiting for the operator's verdict")
end

local suspended = condition("Suspended")
if suspended.status == "True" then
  return health("Healthy", "Suspended: " .. words(suspended))
end
local message = "No further run is due"
if obj.status.nextScheduleTime ~= nil then
  message = "Next run at " .. obj.status.nextScheduleTime
end
local last = condition("LastRunSucceeded")
if last.status == "False" then
  message = message .. "; the last one failed (" .. words(last) .. ")"
end
return health("Healthy", message)
