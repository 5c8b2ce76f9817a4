package dev.posada.storage;

import dev.posada.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The sessions this host has with targets of others, as {@code /sys/class/iscsi_session} has them. */
final class IscsiSessions {
    private final Path sys;

    /** @param sys where the kernel's device files are, {@code /sys} */
    IscsiSessions(Path sys) {
        this.sys = sys;
    }

    /**
     * A session.
     *
     * @param number its own
     * @param host that of its SCSI adapter
     */
    record Session(int number, int host) {}

    /** The session with a target, if there is one. */
    Optional<Session> of(String target) {
        for (var session : SysFiles.entries(sys.resolve("class/iscsi_session"), "session*")) {
            if (SysFiles.text(session.resolve("targetname"))
                    .filter(target::equals)
                    .isPresent()) {
                var number = SysFiles.name(session).substring("session".length());
                var host = host(session);
                if (host.isPresent() && number.matches("\\d{1,9}")) {
                    return Optional.of(new Session(Integer.parseInt(number), host.get()));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * The session with a target.
     *
     * @throws dev.posada.model.PosadaException {@code INTERNAL_ERROR} when there is none
     */
    Session required(String target) {
        return of(target)
                .orElseThrow(() -> StorageErrors.of(ErrorCode.INTERNAL_ERROR, "cannot find iSCSI session: " + target));
    }

    /** A session hangs below its adapter: {@code …/host3/session1/iscsi_session/session1}. */
    private static Optional<Integer> host(Path session) {
        try {
            for (var part : session.toRealPath()) {
                var name = part.toString();
                if (name.matches("host\\d{1,9}")) {
                    return Optional.of(Integer.parseInt(name.substring("host".length())));
                }
            }
            return Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
