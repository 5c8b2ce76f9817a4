package dev.posada.qemu;

import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** The errors of this driver's reading of a definition: libvirt's code, one sentence, and the line when it is known. */
final class Refusal {
    private static final int SHOWN_MAX = 64;

    private Refusal() {}

    /** {@code CONFIG_UNSUPPORTED}: the definition asks for something that cannot be had. */
    static PosadaException unsupported(String problem) {
        return new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.QEMU, problem);
    }

    /** {@code CONFIG_UNSUPPORTED}, about one element of the text the user gave. */
    static PosadaException unsupported(Element where, String problem) {
        return unsupported(problem + line(where));
    }

    /** {@code XML_ERROR}: the definition contradicts itself or says something malformed. */
    static PosadaException xml(Element where, String problem) {
        return new PosadaException(ErrorCode.XML_ERROR, ErrorOrigin.QEMU, problem + line(where));
    }

    /** Two devices want one place. */
    static PosadaException doubleUse(PciAddress address) {
        return new PosadaException(
                ErrorCode.XML_ERROR, ErrorOrigin.QEMU, "Attempted double use of PCI Address " + address);
    }

    /** Nothing installed is the firmware a definition asks for. */
    static PosadaException noFirmware(String kind, String architecture) {
        return new PosadaException(
                ErrorCode.OPERATION_FAILED,
                ErrorOrigin.QEMU,
                "Unable to find any firmware to satisfy '" + shown(kind)
                        + "': "
                        + Architecture.firmwarePackage(architecture)
                                .map(name -> "install one (Debian: " + name + "), or name it in <os><loader>")
                                .orElse("name it in <os><loader>, or leave it to the emulator"));
    }

    /** This host cannot be the processor a definition asks for. */
    static PosadaException incompatibleCpu(String model) {
        return new PosadaException(
                ErrorCode.CPU_INCOMPATIBLE,
                ErrorOrigin.CPU,
                "this host lacks features of '" + shown(model) + "': take a model that domcapabilities calls usable");
    }

    /** {@code INVALID_ARG}: a call asks about something that is not there. */
    static PosadaException argument(String problem) {
        return new PosadaException(ErrorCode.INVALID_ARG, ErrorOrigin.QEMU, problem);
    }

    /** A value as a message shows it: of bounded length, on one line. */
    static String shown(String value) {
        var line = value.replace('\n', ' ');
        return line.length() <= SHOWN_MAX ? line : line.substring(0, SHOWN_MAX) + "…";
    }

    private static String line(Element where) {
        return where.line() > 0 ? " (line " + where.line() + ")" : "";
    }
}
