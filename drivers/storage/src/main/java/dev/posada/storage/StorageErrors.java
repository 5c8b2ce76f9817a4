package dev.posada.storage;

import dev.posada.image.ImageException;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Errno;
import dev.posada.posix.PosixException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** The failures of storage as clients are told them: libvirt's code, what was tried on which path, and why not. */
final class StorageErrors {
    private static final int ENOTEMPTY = 39;

    private StorageErrors() {}

    static PosadaException of(ErrorCode code, String detail) {
        return new PosadaException(code, ErrorOrigin.STORAGE, detail);
    }

    static PosadaException invalid(String detail) {
        return of(ErrorCode.OPERATION_INVALID, detail);
    }

    static PosadaException system(int errno, String what) {
        return PosadaException.system(ErrorOrigin.STORAGE, errno, what + ": " + Errno.description(errno));
    }

    /** A call that failed, as {@code cannot open directory '/x'}. */
    static PosadaException failed(String what, IOException cause) {
        int errno = errno(cause);
        var why = errno == Errno.EIO ? String.valueOf(cause.getMessage()) : Errno.description(errno);
        return PosadaException.system(ErrorOrigin.STORAGE, errno, what + ": " + why, cause);
    }

    static PosadaException failed(String what, PosixException cause) {
        return PosadaException.system(
                ErrorOrigin.STORAGE, cause.errno(), what + ": " + Errno.description(cause.errno()), cause);
    }

    /** What went wrong with an image; its own words name it already. */
    static PosadaException failed(ImageException cause) {
        return switch (cause.kind()) {
            case NOT_FOUND -> system(Errno.ENOENT, cause);
            case EXISTS -> system(Errno.EEXIST, cause);
            case DENIED -> system(Errno.EACCES, cause);
            case NO_SPACE -> system(Errno.ENOSPC, cause);
            case FAILED -> system(Errno.EIO, cause);
            case IN_USE -> of(ErrorCode.RESOURCE_BUSY, cause);
            case UNSUPPORTED -> of(ErrorCode.OPERATION_UNSUPPORTED, cause);
            case INVALID -> of(ErrorCode.INVALID_ARG, cause);
            case CORRUPT -> of(ErrorCode.OPERATION_FAILED, cause);
        };
    }

    private static PosadaException system(int errno, ImageException cause) {
        return PosadaException.system(ErrorOrigin.STORAGE, errno, String.valueOf(cause.getMessage()), cause);
    }

    private static PosadaException of(ErrorCode code, ImageException cause) {
        return new PosadaException(code, ErrorOrigin.STORAGE, String.valueOf(cause.getMessage()), cause);
    }

    private static int errno(IOException cause) {
        return switch (cause) {
            case NoSuchFileException _ -> Errno.ENOENT;
            case AccessDeniedException _ -> Errno.EACCES;
            case FileAlreadyExistsException _ -> Errno.EEXIST;
            case DirectoryNotEmptyException _ -> ENOTEMPTY;
            case NotDirectoryException _ -> Errno.ENOTDIR;
            default -> {
                var text = String.valueOf(cause.getMessage());
                if (text.contains("No space left")) {
                    yield Errno.ENOSPC;
                }
                yield text.contains("File too large") ? Errno.EFBIG : Errno.EIO;
            }
        };
    }
}
