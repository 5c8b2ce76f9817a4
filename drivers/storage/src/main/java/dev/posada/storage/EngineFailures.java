package dev.posada.storage;

import dev.posada.dockerengine.EngineException;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import java.util.function.Supplier;

/** What an engine of containers refuses, as clients are told it. */
final class EngineFailures {
    private EngineFailures() {}

    static <T> T told(Supplier<T> question) {
        try {
            return question.get();
        } catch (EngineException e) {
            throw of(e);
        }
    }

    static void told(Runnable change) {
        told(() -> {
            change.run();
            return true;
        });
    }

    static PosadaException of(EngineException e) {
        var code = switch (e.kind()) {
            case NOT_FOUND -> ErrorCode.NO_STORAGE_VOL;
            case CONFLICT -> ErrorCode.OPERATION_INVALID;
            case INVALID -> ErrorCode.INVALID_ARG;
            case UNSUPPORTED -> ErrorCode.OPERATION_UNSUPPORTED;
            case TIMEOUT -> ErrorCode.OPERATION_TIMEOUT;
            case UNREACHABLE, FAILED -> ErrorCode.OPERATION_FAILED;
        };
        return new PosadaException(code, ErrorOrigin.STORAGE, e.getMessage(), e);
    }
}
