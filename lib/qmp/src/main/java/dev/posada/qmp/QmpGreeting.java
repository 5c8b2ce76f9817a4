package dev.posada.qmp;

import java.util.List;

/**
 * What QEMU says first.
 *
 * @param build distributor's name of the package; may be empty
 * @param capabilities what could be switched on, such as {@code oob}
 */
public record QmpGreeting(int major, int minor, int micro, String build, List<String> capabilities) {
    public QmpGreeting {
        capabilities = List.copyOf(capabilities);
    }

    static QmpGreeting of(Json message) {
        var qmp = message.required("QMP");
        var version = qmp.required("version");
        var qemu = version.required("qemu");
        return new QmpGreeting(
                (int) qemu.required("major").integer(),
                (int) qemu.required("minor").integer(),
                (int) qemu.required("micro").integer(),
                version.required("package").text(),
                qmp.required("capabilities").elements().stream().map(Json::text).toList());
    }
}
