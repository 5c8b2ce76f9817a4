package dev.posada.network;

import dev.posada.link.LinkException;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Errno;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** The failures of networks as clients are told them: libvirt's code and one line. */
final class NetworkErrors {
    private NetworkErrors() {}

    static PosadaException of(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.NETWORK, detail);
    }

    static PosadaException internal(String detail) {
        return of(ErrorCode.INTERNAL_ERROR, detail);
    }

    static PosadaException unsupported(String detail) {
        return of(ErrorCode.CONFIG_UNSUPPORTED, detail);
    }

    static PosadaException system(int errno, String what) {
        return PosadaException.system(ErrorOrigin.NETWORK, errno, what + ": " + Errno.description(errno));
    }

    /** What a tool refused; its words name link and reason already. */
    static PosadaException failed(LinkException cause) {
        return switch (cause.kind()) {
            case DENIED -> PosadaException.system(ErrorOrigin.NETWORK, Errno.EPERM, cause.getMessage(), cause);
            case EXISTS -> PosadaException.system(ErrorOrigin.NETWORK, Errno.EEXIST, cause.getMessage(), cause);
            case ABSENT -> PosadaException.system(ErrorOrigin.NETWORK, Errno.ENODEV, cause.getMessage(), cause);
            case UNSUPPORTED ->
                new PosadaException(ErrorCode.CONFIG_UNSUPPORTED, ErrorOrigin.NETWORK, cause.getMessage(), cause);
            case MISSING_TOOL, FAILED ->
                new PosadaException(ErrorCode.OPERATION_FAILED, ErrorOrigin.NETWORK, cause.getMessage(), cause);
        };
    }

    static PosadaException failed(String what, IOException cause) {
        int errno = switch (cause) {
            case NoSuchFileException _ -> Errno.ENOENT;
            case AccessDeniedException _ -> Errno.EACCES;
            default -> Errno.EIO;
        };
        var why = errno == Errno.EIO ? String.valueOf(cause.getMessage()) : Errno.description(errno);
        return PosadaException.system(ErrorOrigin.NETWORK, errno, what + ": " + why, cause);
    }
}
