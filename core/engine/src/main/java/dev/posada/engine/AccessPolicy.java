package dev.posada.engine;

import dev.posada.model.Caller;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;

/** Decides who may do what: the one place where access is checked. */
final class AccessPolicy {
    /** Returns when the caller may make the call, and throws {@code OPERATION_DENIED} otherwise. */
    void admit(Caller caller, Operation operation, ErrorOrigin origin) {
        if (caller.readOnly() && !operation.readOnly()) {
            throw new PosadaException(
                    ErrorCode.OPERATION_DENIED, origin, "read only access prevents " + operation.api());
        }
    }

    /** Returns when the caller may see passwords in a document, and throws {@code OPERATION_DENIED} otherwise. */
    void admitSecrets(Caller caller, String api, ErrorOrigin origin) {
        if (caller.readOnly()) {
            throw new PosadaException(ErrorCode.OPERATION_DENIED, origin, api + " with secure flag");
        }
    }
}
