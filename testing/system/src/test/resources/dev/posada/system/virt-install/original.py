"""Runs many command lines with the original tools in one process: their start takes longer than their work.

Arguments: the address of a daemon, a file of command lines, a file for the answers. An answer is the status, standard
output and standard error with the unit separator between, and the record separator after it.
"""
import contextlib
import io
import shlex
import sys

sys.path.insert(0, "/usr/share/virt-manager")
uri, lines, answers = sys.argv[1:4]

from virtinst import cli, virtinstall, virtxml  # noqa: E402

TOOLS = {"virt-install": virtinstall, "virt-xml": virtxml}


def run(words):
    name = words.pop(0) if words[0] in TOOLS else "virt-install"
    sys.argv = [name, "--connect", uri] + words
    # Which options there are is remembered from call to call.
    cli.VIRT_PARSERS.clear()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            TOOLS[name].runcli()
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
    return "\x1f".join([str(status), out.getvalue(), err.getvalue()])


with open(lines, encoding="utf-8") as commands, open(answers, "w", encoding="utf-8") as record:
    for line in commands:
        record.write(run(shlex.split(line)) + "\x1e")
