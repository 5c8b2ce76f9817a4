"""Every call of python3-libvirt, with arguments that make sense and some that do not, and what is wrong with the answers.

usage: every_call.py URI FOLDER connection|objects|NAME...

The calls of the connection; those of networks, pools, volumes, devices, secrets, filters and interfaces; those of the domain NAME,
while it runs and then shut off. What is said of an answer stands on a line that begins with "wrong:"; the last line counts.
A call may be refused, but as libvirt refuses: never for a fault inside the daemon, and never late.
"""

import inspect
import signal
import sys
import time

import libvirt

uri, folder, parts = sys.argv[1], sys.argv[2], sys.argv[3:]
libvirt.registerErrorHandler(lambda context, error: None, None)
libvirt.virEventRegisterDefaultImpl()
connection = libvirt.open(uri)
asked, refused = set(), 0

# Codes that say that the daemon is broken.
BROKEN = {
    libvirt.VIR_ERR_INTERNAL_ERROR, libvirt.VIR_ERR_NO_MEMORY, libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_ERR_RPC,
    libvirt.VIR_ERR_NO_CONNECT,
}
# Calls for which libvirt has such a code where the client is to blame.
LIBVIRTS_OWN = {
    "virConnect.compareCPU", "virConnect.findStoragePoolSources", "virConnect.restore", "virConnect.restoreFlags",
    "virConnect.restoreParams", "virConnect.saveImageGetXMLDesc", "virConnect.saveImageDefineXML",
    "virConnect.getDomainCapabilities", "virConnect.storagePoolCreateXML", "virDomain.openConsole",
    "virDomain.openChannel", "virDomain.detachDeviceAlias", "virDomain.pMWakeup", "virDomain.injectNMI",
    "virDomain.openGraphics", "virDomain.openGraphicsFD", "virDomain.coreDumpWithFormat", "virStoragePool.create",
    "virNetwork.portCreateXML",
}
# The binding's own; those that put the host to sleep, take its devices away or need another host.
NEVER = {
    "c_pointer", "close", "connect", "domain", "getConnect", "getDomain", "network", "virConnGetLastError",
    "virConnResetLastError", "eventAddCallback", "recvAll", "sendAll", "sparseRecvAll", "sparseSendAll",
    "nodeDeviceCreateXML", "allocPages", "eventRemoveCallback", "eventUpdateCallback",
}
LATE_SECONDS = 50


def wrong(what, why):
    print(f"wrong: {what}: {why}", flush=True)


def ask(thing, name, *arguments, **named):
    """One call; what it returned, or nothing when it was refused."""
    global refused
    what = f"{type(thing).__name__}.{name}"
    shown = what + "(" + ", ".join(repr(one)[:60] for one in arguments) + ")"
    asked.add(what)

    def late(*_):
        wrong(shown, "no answer")
        sys.exit(1)

    signal.signal(signal.SIGALRM, late)
    signal.alarm(LATE_SECONDS)
    try:
        return getattr(thing, name)(*arguments, **named)
    except libvirt.libvirtError as error:
        refused += 1
        text = error.get_error_message() or ""
        if error.get_error_code() in BROKEN and what not in LIBVIRTS_OWN:
            wrong(shown, text)
        elif not text or "Exception" in text or "null" in text.replace("/dev/null", ""):
            wrong(shown, "an error that says nothing: " + repr(text))
    except (LookupError, TypeError):
        pass  # the binding itself refuses
    finally:
        signal.alarm(0)


def calls(kind):
    """The methods of a class, with whether they can be called without arguments."""
    for name, method in inspect.getmembers(kind, callable):
        if not name.startswith("_") and name not in NEVER:
            parameters = list(inspect.signature(method).parameters.values())[1:]
            yield name, all(one.default is not inspect.Parameter.empty for one in parameters)


def ask_plain(thing, but=()):
    """All that need no arguments and change nothing worth keeping."""
    for name, plain in calls(type(thing)):
        if plain and name not in but:
            ask(thing, name)


def ask_all(thing, table):
    """Each line of a table is a call: the name, then one tuple of arguments for each time it is made."""
    for name, times in table.items():
        for arguments in times:
            ask(thing, name, *arguments)


def unasked(kind):
    missing = [name for name, _ in calls(kind) if f"{kind.__name__}.{name}" not in asked]
    if missing:
        wrong(kind.__name__, "not asked: " + ", ".join(missing))


NOWHERE = "0" * 8 + "-0000-0000-0000-" + "0" * 12
CPU = "<cpu><arch>x86_64</arch><model>qemu64</model></cpu>"
LOOKUPS = {
    "lookupByID": [(99999,), (-1,)], "lookupByName": [("",), ("nosuch",)], "lookupByUUID": [(b"0" * 16,)],
    "lookupByUUIDString": [(NOWHERE,), ("x",)], "networkLookupByName": [("nosuch",)],
    "networkLookupByUUID": [(b"0" * 16,)], "networkLookupByUUIDString": [(NOWHERE,)],
    "storagePoolLookupByName": [("nosuch",)], "storagePoolLookupByUUID": [(b"0" * 16,)],
    "storagePoolLookupByUUIDString": [(NOWHERE,)], "storagePoolLookupByTargetPath": [("/nosuch",)],
    "storageVolLookupByKey": [("nosuch",)], "storageVolLookupByPath": [("/nosuch",)],
    "interfaceLookupByName": [("nosuch",)], "interfaceLookupByMACString": [("",), ("x",), ("52:54:00:aa:bb:cc",)],
    "nodeDeviceLookupByName": [("computer",), ("nosuch",)],
    "nodeDeviceLookupSCSIHostByWWN": [("0" * 16, "1" * 16)], "nwfilterLookupByName": [("nosuch",)],
    "nwfilterLookupByUUID": [(b"0" * 16,)], "nwfilterLookupByUUIDString": [(NOWHERE,)],
    "nwfilterBindingLookupByPortDev": [("nosuch",)], "secretLookupByUUID": [(b"0" * 16,)],
    "secretLookupByUUIDString": [(NOWHERE,)], "secretLookupByUsage": [(1, "nosuch"), (99, "nosuch")],
}
DOCUMENTS = ("", "x", "<a/>")
CONNECTION = {
    "getMaxVcpus": [(None,), ("qemu",), ("docker",), ("jvm",), ("test",), ("lxc",)],
    "getCPUModelNames": [("x86_64",), ("aarch64",), ("nosuch",)],
    "getDomainCapabilities": [(), (None, None, None, "qemu"), (None, None, None, "docker"), (None, None, None, "jvm"),
                              (None, "aarch64", None, "qemu"), (None, "nosuch"), ("/nosuch",)],
    "baselineCPU": [([CPU],), ([],), (["x"],), ([CPU], 1)], "compareCPU": [(CPU,), ("x",), (CPU, 1)],
    "baselineHypervisorCPU": [(None, None, None, None, [CPU])],
    "compareHypervisorCPU": [(None, None, None, None, CPU), (None, None, None, "docker", CPU)],
    "getCPUStats": [(-1,), (0,), (9999,)], "getMemoryStats": [(-1,), (0,), (9999,)],
    "getCellsFreeMemory": [(0, 1), (0, 99)], "getFreePages": [([4], 0, 1)],
    "listAllDomains": [(1 << bit,) for bit in range(18)],
    "getAllDomainStats": [(1 << bit,) for bit in range(25)] + [(1, 1 << bit) for bit in (0, 1, 4, 7)],
    "domainListGetStats": [([],)],
    "domainXMLFromNative": [("qemu-argv", "x"), ("nosuch", "x")], "domainXMLToNative": [("nosuch", "<domain/>")],
    "findStoragePoolSources": [("dir", None), ("logical", None), ("nosuch", None)],
    "listDevices": [(None,), ("net",), ("nosuch",)], "numOfDevices": [(None,), ("net",)],
    "restore": [("/nosuch",)], "restoreFlags": [("/nosuch",)], "restoreParams": [({"file": "/nosuch"},), ({},)],
    "saveImageGetXMLDesc": [("/nosuch",), ("/etc/passwd",)], "saveImageDefineXML": [("/nosuch", "x")],
    "setIdentity": [({"user-name": "x"},)], "setKeepAlive": [(5, 3)],
    "setMemoryParameters": [({"shm_pages_to_scan": 100},)], "suspendForDuration": [(99, 60)],
    "createXMLWithFiles": [("x", [])],
} | {name: [(text,) for text in DOCUMENTS] for name in (
    "defineXML", "defineXMLFlags", "createXML", "createLinux", "networkCreateXML", "networkCreateXMLFlags",
    "networkDefineXML", "networkDefineXMLFlags", "storagePoolCreateXML", "storagePoolDefineXML", "interfaceDefineXML",
    "nodeDeviceDefineXML", "nwfilterDefineXML", "nwfilterDefineXMLFlags", "nwfilterBindingCreateXML",
    "secretDefineXML")} | LOOKUPS
# Each kind of event with its numbers; the binding has no name for where they end.
EVENTS = {kind: range(1 + max(
    number for name, number in vars(libvirt).items() if name.startswith(prefix + "_EVENT_ID_"))) for kind, prefix in {
        "domain": "VIR_DOMAIN", "network": "VIR_NETWORK", "storagePool": "VIR_STORAGE_POOL",
        "nodeDevice": "VIR_NODE_DEVICE", "secret": "VIR_SECRET"}.items()}


def of_the_connection():
    ask_plain(connection, {"unregisterCloseCallback"})
    ask_all(connection, CONNECTION)
    for kind, numbers in EVENTS.items():
        for number in numbers:
            handle = ask(connection, kind + "EventRegisterAny", None, number, lambda *_: None, None)
            if handle is None:
                wrong(f"{kind} event {number}", "cannot be registered")
            else:
                ask(connection, kind + "EventDeregisterAny", handle)
    ask(connection, "domainEventDeregisterAny", 9999)
    hears = lambda *_: None
    ask(connection, "domainEventRegister", hears, None)
    ask(connection, "domainEventDeregister", hears)
    ask(connection, "registerCloseCallback", lambda *_: None, None)
    ask(connection, "unregisterCloseCallback")
    unasked(libvirt.virConnect)


FLAGS = [(1,), (2,), (4,), (1 << 20,)]
PATHS = [("vda",), ("nosuch",), ("",), ("/dev/null",)]
NIC = "<interface type='network'><mac address='52:54:00:00:00:99'/><source network='nosuch'/></interface>"
DOMAIN = {name: FLAGS for name in (
    "XMLDesc", "state", "vcpusFlags", "memoryParameters", "blkioParameters", "numaParameters",
    "schedulerParametersFlags", "emulatorPinInfo", "vcpuPinInfo", "perfEvents", "ioThreadInfo", "jobStats", "messages",
    "fsInfo", "snapshotNum", "snapshotListNames", "listAllSnapshots", "hasManagedSaveImage", "controlInfo")} | {
    name: PATHS for name in (
        "blockInfo", "blockStats", "blockStatsFlags", "blockIoTune", "blockJobInfo", "interfaceStats",
        "interfaceParameters")} | {
    "interfaceAddresses": [(0,), (1,), (2,), (9,)], "guestInfo": [(0,), (1,), (1 << 10,)],
    "getCPUStats": [(True,), (False,)], "metadata": [(0, None), (1, None), (2, "urn:x"), (9, None)],
    "blockPeek": [("vda", 0, 16)], "memoryPeek": [(0, 16, libvirt.VIR_MEMORY_PHYSICAL)],
    "authorizedSSHKeysGet": [("root",)], "authorizedSSHKeysSet": [("root", ["x"], 1)],
    "openGraphicsFD": [(7,)], "openGraphics": [(7, 0)], "checkpointLookupByName": [("x",)],
    "snapshotLookupByName": [("x",)], "FDAssociate": [("x", [0])],
    "attachDevice": [("<disk/>",), ("x",), (NIC,)], "attachDeviceFlags": [("<nosuch/>", 1), ("<nosuch/>", 2)],
    "updateDeviceFlags": [(NIC, 0), ("x", 0)], "detachDevice": [(NIC,)], "detachDeviceFlags": [("<disk/>", 0)],
    "detachDeviceAlias": [("nosuch", 1), ("nosuch", 2)],
    "setMemory": [(1 << 14,), (1 << 40,)], "setMaxMemory": [(0,)], "setMemoryFlags": [(1 << 14, 2), (1 << 40, 2)],
    "setVcpus": [(1,), (0,), (99,)], "setVcpusFlags": [(1, 2), (1, 8)], "setVcpu": [("9", True), ("x", True)],
    "setGuestVcpus": [("0", 1)], "pinVcpu": [(0, (True,)), (7, (True,))], "pinVcpuFlags": [(0, (True,), 2)],
    "pinEmulator": [((True,), 0)], "pinIOThread": [(1, (True,), 0)], "delIOThread": [(9,)], "addIOThread": [(0,)],
    "setIOThreadParams": [(9, {"poll_max_ns": 1})],
    "setSchedulerParameters": [({"cpu_shares": 512},)], "setSchedulerParametersFlags": [({"cpu_shares": 512}, 2)],
    "setMemoryParameters": [({"soft_limit": 1 << 20}, 2)],
    "setBlkioParameters": [({"weight": 500},), ({"weight": 500}, 2)], "setNumaParameters": [({"numa_mode": 9}, 2)],
    "setPerfEvents": [({"cmt": True},), ({"cmt": False},)], "setBlockIoTune": [("vda", {"total_bytes_sec": 0})],
    "setInterfaceParameters": [("nosuch", {"inbound.average": 100})], "setBlockThreshold": [("vda", 1 << 20)],
    "setMemoryStatsPeriod": [(1, 0), (1, 2)],
    "setMetadata": [(0, "a description", None, None), (1, "a title", None, None), (1, "two\nlines", None, None),
                    (2, "<m xmlns='urn:x'/>", "m", "urn:x"), (2, None, None, "urn:x"), (9, "x", None, None)],
    "setAutostart": [(1,), (0,)], "setLifecycleAction": [(0, 0), (9, 9)], "setUserPassword": [("root", "x")],
    "setTime": [({"seconds": 1, "nseconds": 0},)], "agentSetResponseTimeout": [(5,)], "fSTrim": [(None, 0)],
    "pMSuspendForDuration": [(0, 0)], "sendKey": [(0, 0, [30], 1)], "sendProcessSignal": [(1 << 22, 1)],
    "blockPull": [("nosuch",)], "blockCommit": [("nosuch", None, None)], "blockRebase": [("nosuch", None)],
    "blockCopy": [("nosuch", "<disk/>")], "blockJobAbort": [("nosuch",)], "blockJobSetSpeed": [("nosuch", 1)],
    "blockResize": [("nosuch", 1 << 16)], "migrateSetMaxDowntime": [(100,)], "migrateSetMaxSpeed": [(100,)],
    "migrateSetCompressionCache": [(1 << 20,)], "migrateToURI": [("nosuch://x",)],
    "migrateToURI3": [("nosuch://x", {})], "migrate": [(connection,)], "migrate2": [(connection,)],
    "migrate3": [(connection, {})], "checkpointCreateXML": [("<domaincheckpoint/>",)],
    "backupBegin": [("<domainbackup/>", None)], "startDirtyRateCalc": [(1,)], "setLaunchSecurityState": [({},)],
    "snapshotCreateXML": [("x",)], "managedSaveDefineXML": [("<domain/>",)], "coreDumpWithFormat": [("x", 99)],
    "saveParams": [({},)], "saveFlags": [("relative/nowhere", None, 1 << 20)], "rename": [("",)],
    "undefineFlags": [(1 << 20,)], "destroyFlags": [(1 << 20,)], "createWithFlags": [(1 << 20,)],
    "createWithFiles": [([], 1 << 20)], "shutdownFlags": [(1 << 20,)], "reboot": [(1 << 20,)], "reset": [(1,)],
}
LIFE = {
    "create", "createWithFlags", "createWithFiles", "destroy", "destroyFlags", "undefine", "undefineFlags", "shutdown",
    "shutdownFlags", "reboot", "reset", "suspend", "resume", "managedSave",
}


def of_the_domain(name):
    domain = connection.lookupByName(name)
    text = domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE)
    for runs in (True, False):
        ask_plain(domain, LIFE)
        ask_all(domain, DOMAIN)
        for call in ("openConsole", "openChannel"):
            for device in (None, "nosuch"):
                stream = connection.newStream(libvirt.VIR_STREAM_NONBLOCK)
                if ask(domain, call, device, stream) == 0:
                    ask(stream, "abort")
        stream = connection.newStream()
        if ask(domain, "screenshot", stream, 0):
            ask(stream, "abort")
        snapshot = ask(domain, "snapshotCreateXML", "<domainsnapshot/>")
        if snapshot:
            ask_plain(snapshot, {"delete"})
            ask(domain, "revertToSnapshot", snapshot)
            ask(snapshot, "delete")
        else:
            asked.add("virDomain.revertToSnapshot")  # there is nothing to return to
        ask(domain, "coreDump", f"{folder}/{name}.core")
        for format_ in ("qemu-argv", "docker-argv", "jvm-argv"):
            ask(connection, "domainXMLToNative", format_, text)
        ask(connection, "domainListGetStats", [domain])
        if runs:
            for call in ("suspend", "suspend", "resume", "resume", "reset", "managedSave", "hasManagedSaveImage",
                         "managedSaveGetXMLDesc", "managedSaveRemove"):
                ask(domain, call)
            if not domain.isActive():
                ask(domain, "create")
            ask(domain, "save", f"{folder}/{name}.save")
            if not domain.isActive():
                ask(connection, "saveImageGetXMLDesc", f"{folder}/{name}.save")
                ask(connection, "restore", f"{folder}/{name}.save")
            ask(domain, "shutdown")
            ask(domain, "destroy")  # unless it has ended by then
    for call in ("destroy", "suspend", "resume", "shutdown", "reboot", "reset"):
        ask(domain, call)
    domain.create()
    if not domain.isActive():
        wrong(name, "does not start after all that")
    ask(domain, "destroy")
    ask(domain, "undefine")
    for call in ("undefine", "info", "XMLDesc", "create"):
        ask(domain, call)
    unasked(libvirt.virDomain)


def of_a_volume(volume):
    ask_plain(volume, {"delete", "wipe"})
    ask_all(volume, {"resize": [(2 << 20,), (1,)], "infoFlags": [(1,), (99,)], "wipePattern": [(99,)]})
    for call, arguments in (("upload", (0, 512)), ("download", (0, 512))):
        stream = connection.newStream()
        if ask(volume, call, stream, *arguments) == 0:
            if call == "upload":
                ask(stream, "send", b"a" * 512)
            else:
                ask(stream, "recv", 512)
            ask(stream, "finish")
    ask(connection, "storageVolLookupByKey", volume.key())
    ask(connection, "storageVolLookupByPath", volume.path())
    for call in ("wipe", "delete", "delete", "info"):
        ask(volume, call)


def of_storage():
    pool = connection.storagePoolDefineXML(
        f"<pool type='dir'><name>clients</name><target><path>{folder}/clients</path></target></pool>")
    for call in ("create", "refresh", "build", "build", "create", "create"):
        ask(pool, call)
    ask_plain(pool, {"destroy", "undefine", "delete", "create", "build"})
    ask(pool, "storageVolLookupByName", "nosuch")
    ask(pool, "setAutostart", 1)
    ask(pool, "createXML", "x")
    text = "<volume><name>%s</name><capacity>1048576</capacity><target><format type='%s'/></target></volume>"
    volume = ask(pool, "createXML", text % ("one", "qcow2"))
    other = ask(pool, "createXMLFrom", text % ("two", "raw"), volume)
    ask(pool, "createXML", text % ("one", "raw"))
    for each in (volume, other):
        of_a_volume(each)
    for call in ("delete", "destroy", "destroy", "delete", "undefine", "undefine"):
        ask(pool, call)
    unasked(libvirt.virStoragePool)
    unasked(libvirt.virStorageVol)


def of_a_network():
    network = connection.networkDefineXML(
        "<network><name>clients</name><bridge name='clients0'/><ip address='10.99.77.1' netmask='255.255.255.0'/></network>")
    for runs in (False, True):
        ask_plain(network, {"destroy", "undefine", "create"})
        host = "<host mac='52:54:00:00:00:01' name='a' ip='10.99.77.44'/>"
        ask_all(network, {
            "DHCPLeases": [("52:54:00:00:00:01",), ("x",)], "portLookupByUUID": [(b"0" * 16,)],
            "portLookupByUUIDString": [("x",)], "portCreateXML": [("x",)], "setAutostart": [(1,), (0,)],
            "update": [(3, 4, -1, host), (2, 4, -1, host), (3, 4, -1, "x"), (99, 4, -1, host), (3, 99, -1, host)],
        })
        if not runs:
            ask(network, "create")
    for call in ("create", "destroy", "destroy", "undefine", "undefine", "XMLDesc"):
        ask(network, call)
    unasked(libvirt.virNetwork)


def of_other_objects():
    devices = {device.name().split("_")[0]: device for device in connection.listAllDevices()}
    for device in devices.values():
        ask_plain(device, {"destroy", "undefine", "create", "dettach", "reAttach", "reset"})
    secret = ask(connection, "secretDefineXML", "<secret><usage type='volume'><volume>/clients</volume></usage></secret>")
    if secret:
        ask_all(secret, {"setValue": [(b"abc",), (b"",)], "value": [(), (1,)]})
        ask_plain(secret, {"undefine"})
        ask(secret, "undefine")
        unasked(libvirt.virSecret)
    rule = ask(connection, "nwfilterDefineXML", "<filter name='clients'><rule action='drop' direction='in'/></filter>")
    if rule:
        ask_plain(rule, {"undefine"})
        ask(rule, "undefine")
        ask(rule, "XMLDesc")
        unasked(libvirt.virNWFilter)
    bridge = ask(connection, "interfaceDefineXML",
                 "<interface type='bridge' name='clients1'><start mode='none'/><bridge/></interface>")
    if bridge:
        # One that has no address is not the one to be found without.
        if ask(connection, "interfaceLookupByMACString", ""):
            wrong("interfaceLookupByMACString", "finds an interface by no address")
        for call in ("create", "create", "isActive", "XMLDesc", "MACString", "name", "destroy", "destroy", "undefine"):
            ask(bridge, call)
        unasked(libvirt.virInterface)


for part in parts:
    if part == "connection":
        of_the_connection()
    elif part == "objects":
        of_storage()
        of_a_network()
        of_other_objects()
    else:
        of_the_domain(part)
if connection.isAlive() != 1:
    wrong("the connection", "is no longer there")
print(f"{len(asked)} calls, {refused} refusals")
