package dev.posada.qemu;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.random.RandomGenerator;

/**
 * Fills in what a definition leaves out, as libvirt's driver for QEMU does.
 *
 * <p>The order of the steps is libvirt's, because later ones see what earlier ones added, and addresses go to devices in
 * the order in which they are there. Each step leaves alone what is said already, so that completing twice is completing
 * once.
 */
final class DomainDefaults {
    private final Emulators emulators;
    private final RandomGenerator random;
    private final Path nvramDirectory;

    /**
     * @param emulators where machine types and devices are looked up
     * @param random for MAC addresses
     * @param nvramDirectory folder for variable stores of firmware without a path of their own
     */
    DomainDefaults(Emulators emulators, RandomGenerator random, Path nvramDirectory) {
        this.emulators = emulators;
        this.random = random;
        this.nvramDirectory = nvramDirectory;
    }

    /**
     * The same domain with everything said. Completing a complete definition changes nothing.
     *
     * @throws PosadaException {@code CONFIG_UNSUPPORTED} or {@code XML_ERROR}, naming the element
     */
    DomainDefinition complete(DomainDefinition definition) {
        var draft = new Draft(definition);
        var capabilities = chooseEmulator(draft);
        var board = chooseMachine(draft, capabilities);
        if (isNew(draft, board)) {
            ControllerDefaults.forgetImplied(draft);
            DiskDefaults.forgetImplied(draft);
        }
        MemoryDefaults.complete(draft);
        FirmwareDefaults.complete(draft, nvramDirectory);
        ForeignDefaults.complete(draft, board, capabilities);
        ControllerDefaults.complete(draft, board, capabilities);
        CpuDefaults.complete(draft, capabilities);
        ClockDefaults.complete(draft);
        DiskDefaults.complete(draft);
        InterfaceDefaults.complete(draft, board, capabilities, random);
        CharacterDeviceDefaults.complete(draft, board);
        GraphicsDefaults.complete(draft, board, capabilities);
        OtherDeviceDefaults.complete(draft, board);
        ControllerDefaults.addForDevices(draft, board);
        VirtioSerialPorts.assign(draft);
        BusAddresses.assign(draft, board);
        if (board.pciRoot().isPresent()) {
            new PciAddresses(draft, board).assign();
        }
        if (board == Board.S390) {
            ZpciAddresses.assign(draft, board);
        }
        UsbPorts.assign(draft);
        ControllerDefaults.order(draft);
        ForeignRules.check(draft, board, capabilities);
        return draft.finish();
    }

    /** Whether devices have yet to get their places: a definition that was completed before keeps all it has. */
    private static boolean isNew(Draft draft, Board board) {
        if (!board.hasPci()) {
            return board.pciRoot().isPresent()
                    && ControllerDefaults.find(draft, "pci", 0).isEmpty();
        }
        return (ControllerDefaults.find(draft, "pci", 0).isEmpty()
                || new PciDevices(board)
                        .of(draft).stream()
                                .anyMatch(device ->
                                        PciAddress.of(device.element()).isEmpty()));
    }

    private QemuCapabilities chooseEmulator(Draft draft) {
        var type = draft.child("os").flatMap(os -> os.child("type")).orElseGet(() -> Element.text("type", "hvm"));
        var given = draft.devices("emulator").stream()
                .map(Element::text)
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .findFirst();
        var architecture = type.attribute("arch")
                .or(() -> given.map(path -> emulators.capabilities(path).architecture()))
                .orElse("x86_64");
        if (!Architecture.isKnown(architecture)) {
            throw Refusal.unsupported(type, "No emulator found for arch '" + Refusal.shown(architecture) + "'");
        }
        var emulator = given.or(() -> emulators.forArchitecture(architecture))
                .orElseThrow(() -> Refusal.unsupported(
                        type,
                        "No emulator found for arch '" + architecture + "': install "
                                + Architecture.debianPackage(architecture) + " or name one in <emulator>"));
        var capabilities = emulators.capabilities(emulator);
        if (!Architecture.runs(capabilities, architecture)) {
            throw Refusal.unsupported(type, "Emulator '" + emulator + "' does not support arch '" + architecture + "'");
        }
        if (!type.text().equals("hvm")) {
            throw new PosadaException(
                    ErrorCode.CONFIG_UNSUPPORTED,
                    ErrorOrigin.QEMU,
                    "Emulator '" + emulator + "' does not support os type '" + Refusal.shown(type.text()) + "'");
        }
        if (draft.root().has("type", "kvm") && Architecture.isForeign(capabilities)) {
            throw Refusal.unsupported("Emulator '" + emulator + "' does not support virt type 'kvm': this host's"
                    + " processor runs no guests of arch '" + architecture + "', write <domain type='qemu'>");
        }
        draft.devices("emulator").clear();
        draft.add(Element.text("emulator", emulator.toString()));
        return capabilities;
    }

    private static Board chooseMachine(Draft draft, QemuCapabilities capabilities) {
        var os = draft.child("os").orElseThrow();
        var type = os.child("type").orElseThrow();
        var named = type.attribute("machine").filter(machine -> !machine.isEmpty());
        var machine = named.map(name -> capabilities
                        .machine(name)
                        .orElseThrow(() -> Refusal.unsupported(
                                type,
                                "Emulator '" + capabilities.binary() + "' does not support machine type '"
                                        + Refusal.shown(name) + "'")))
                .or(capabilities::usualMachine)
                .orElseThrow(() -> Refusal.unsupported(
                        type,
                        "Emulator '" + capabilities.binary() + "' has no default machine: name one in <os><type>"));
        var attributes = new LinkedHashMap<String, String>();
        attributes.put("arch", type.attribute("arch", capabilities.architecture()));
        attributes.put("machine", machine.name());
        type.attributes().forEach(attributes::putIfAbsent);
        draft.put(os.withChild(type.withAttributes(attributes)));
        return Board.of(draft.architecture(), machine.name())
                .orElseThrow(() -> Refusal.unsupported(
                        type,
                        "machine type '" + machine.name()
                                + "' cannot be furnished with devices: take a 'pc' or 'q35'"));
    }
}
