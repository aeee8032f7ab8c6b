import ScriptedUpstream
print("x")
