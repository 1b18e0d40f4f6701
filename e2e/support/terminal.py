"""Runs a command in a pseudo-terminal and plays keys to it.

Arguments: columns, rows, command and its arguments. Standard input: a JSON list of steps, each {"wait": text that the
command must have written since the step before, "send": keys}. Writes {"output": text, "code": exit code} as JSON.
"""

import codecs
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

STEP_SECONDS = 30
columns, rows, *command = sys.argv[1:]
steps = json.load(sys.stdin)
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))

decoder = codecs.getincrementaldecoder("utf-8")("replace")
output = ""
seen = 0


def read():
    """Adds what the command writes within a moment; false at its end."""
    global output
    ready, _, _ = select.select([terminal], [], [], 0.05)
    if not ready:
        return True
    try:
        data = os.read(terminal, 65536)
    except OSError:
        return False
    output += decoder.decode(data)
    return bool(data)


def give_up(why):
    os.kill(child, signal.SIGKILL)
    json.dump({"output": output, "code": None, "problem": why}, sys.stdout)
    sys.exit(0)


for step in steps:
    until = time.monotonic() + STEP_SECONDS
    while step["wait"] not in output[seen:]:
        if not read():
            give_up(f"ended while waiting for {step['wait']!r}")
        if time.monotonic() > until:
            give_up(f"never wrote {step['wait']!r}")
    seen = output.index(step["wait"], seen) + len(step["wait"])
    os.write(terminal, step["send"].encode())

until = time.monotonic() + STEP_SECONDS
while read():
    if time.monotonic() > until:
        give_up("did not end")
_, status = os.waitpid(child, 0)
json.dump({"output": output, "code": os.waitstatus_to_exitcode(status)}, sys.stdout)
