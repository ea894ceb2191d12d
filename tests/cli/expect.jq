# SPDX-License-Identifier: GPL-2.0-or-later
# Differences between what came out ($got) and what was wanted ($wanted), one per line; nothing when all is well.

def holds($piece):
  if type == "string" then contains($piece)
  elif type == "array" then any(.[]; . == $piece)
  else false end;

def pieces: if type == "array" then .[] else . end;

def differences($want; $path):
  . as $got
  | if ($want | type) != "object" then
      if $got == $want then empty else "\($path): got \($got | tojson), expected \($want | tojson)" end
    elif ($got | type) != "object" then
      "\($path): got \($got | tojson), expected \($want | tojson)"
    else
      $want | to_entries[] | .key as $key | .value as $value
      | if ($key | endswith("!~")) then
          $key[:-2] as $name | $value | pieces as $piece
          | select($got[$name] | holds($piece))
          | "\($path).\($name): \($got[$name] | tojson) contains \($piece | tojson)"
        elif ($key | endswith("~")) then
          $key[:-1] as $name | $value | pieces as $piece
          | select($got[$name] | holds($piece) | not)
          | "\($path).\($name): \($got[$name] | tojson) does not contain \($piece | tojson)"
        else
          $got[$key] | differences($value; "\($path).\($key)")
        end
    end;

( if ($got | length) != ($wanted | length) then
    "\($got | length) lines came out, \($wanted | length) were wanted"
  else empty end ),
( range([($got | length), ($wanted | length)] | min) as $i
  | $got[$i] | differences($wanted[$i]; "\($i + 1)") )
