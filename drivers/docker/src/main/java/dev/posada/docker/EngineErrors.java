package dev.posada.docker;

import dev.posada.dockerengine.EngineException;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.function.Supplier;

/** Says in one line, with libvirt's codes, what an engine could not do. */
final class EngineErrors {
    private EngineErrors() {}

    /** Does something with the engine, and tells of its failure as one of the domain's. */
    static <T> T told(String domain, Supplier<T> act) {
        try {
            return act.get();
        } catch (EngineException e) {
            throw of(domain, e);
        }
    }

    /** As the other, without an answer. */
    static void told(String domain, Runnable act) {
        try {
            act.run();
        } catch (EngineException e) {
            throw of(domain, e);
        }
    }

    static PosadaException of(String domain, EngineException e) {
        var detail = "domain '" + domain + "': " + line(e);
        return switch (e.kind()) {
            case UNREACHABLE -> Refusal.of(ErrorCode.OPERATION_FAILED, detail, e);
            case TIMEOUT -> Refusal.of(ErrorCode.OPERATION_TIMEOUT, detail, e);
            case UNSUPPORTED -> Refusal.of(ErrorCode.OPERATION_UNSUPPORTED, detail, e);
            case INVALID -> Refusal.of(ErrorCode.CONFIG_UNSUPPORTED, detail, e);
            case NOT_FOUND, CONFLICT, FAILED -> Refusal.of(ErrorCode.OPERATION_FAILED, detail, e);
        };
    }

    /** What an engine said, on one line. */
    static String line(EngineException e) {
        return e.getMessage().replaceAll("\\s+", " ").strip();
    }
}
