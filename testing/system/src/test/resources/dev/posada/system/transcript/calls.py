"""Every call of python3-libvirt that only reads and needs no arguments, and what kind of answer it gives.

usage: calls.py URI DOMAIN.xml

One line for each: the call, a tab, and the shape of the answer or the number of the error.
"""

import sys

import libvirt

# Words a reading call begins with, and calls that begin otherwise.
READING = ("get", "is", "list", "num", "has", "vcpu", "snapshotNum", "max", "memory", "numa", "blkio", "scheduler")
OTHERS = {
    "ID", "UUID", "UUIDString", "name", "XMLDesc", "OSType", "info", "state", "autostart", "jobInfo", "jobStats",
    "controlInfo", "diskErrors", "emulatorPinInfo", "securityLabel", "securityLabelList", "messages", "perfEvents",
    "fsInfo", "guestInfo", "guestVcpus", "ioThreadInfo", "launchSecurityInfo", "hostname", "migrateGetMaxSpeed",
    "connect", "listDevices", "defaultCPU",
}
# Not libvirt's: the binding's own, or without an end.
OWN = {"getCallback", "isAliveCallback"}


def shape(answer):
    """What an answer is made of; never its values, which differ from host to host."""
    if isinstance(answer, dict):
        return "{" + ", ".join(f"{key}: {shape(answer[key])}" for key in sorted(answer, key=str)) + "}"
    if isinstance(answer, (list, tuple)):
        kinds = sorted({shape(one) for one in answer})
        return type(answer).__name__ + "[" + ", ".join(kinds) + "]"
    return type(answer).__name__


def walk(what, thing):
    for name in sorted(dir(thing)):
        if name.startswith("_") or name in OWN or not (name.startswith(READING) or name in OTHERS):
            continue
        call = getattr(thing, name)
        if not callable(call):
            continue
        try:
            answer = shape(call())
        except libvirt.libvirtError as error:
            answer = f"error {error.get_error_code()}"
        except TypeError:
            continue  # needs arguments
        except NotImplementedError:
            continue
        print(f"python {what}.{name}\t{answer}")


libvirt.registerErrorHandler(lambda context, error: None, None)
connection = libvirt.open(sys.argv[1])
walk("connection", connection)
domain = connection.defineXML(open(sys.argv[2]).read())
walk("inactive", domain)
domain.createWithFlags(libvirt.VIR_DOMAIN_START_PAUSED)
walk("running", domain)
domain.destroy()
domain.undefine()
connection.close()
