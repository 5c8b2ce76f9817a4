package dev.posada.protocol;

import dev.posada.model.ErrorOrigin;
import java.util.Optional;

/**
 * What the interface files say about a procedure.
 *
 * @param number the number in message headers
 * @param kind how it is carried
 * @param apiName the public API function behind it, as error messages name it; empty for events
 * @param priority whether it may wait for a guest
 * @param readOnlyAllowed whether a read-only connection may call it, perhaps limited by an argument's value, which the
 *     dispatcher checks
 * @param origin the part of the system its "not supported" error names
 * @param descriptors which way file descriptors may accompany it
 * @param sparseFlag the bit of its {@code flags} argument that allows holes in its stream; 0 when none does
 * @param event which event it is, when it is the event of an object
 */
public record ProcedureTraits(
        int number,
        Procedure.Kind kind,
        String apiName,
        Procedure.Priority priority,
        boolean readOnlyAllowed,
        ErrorOrigin origin,
        Procedure.Descriptors descriptors,
        int sparseFlag,
        Optional<EventKey> event) {

    static ProcedureTraits call(
            int number,
            Procedure.Kind kind,
            String apiName,
            Procedure.Priority priority,
            boolean readOnlyAllowed,
            ErrorOrigin origin) {
        return new ProcedureTraits(
                number,
                kind,
                apiName,
                priority,
                readOnlyAllowed,
                origin,
                Procedure.Descriptors.NONE,
                0,
                Optional.empty());
    }

    static ProcedureTraits event(int number, EventKey.ObjectClass objectClass, int id, boolean withCallbackId) {
        return sent(number, Procedure.Kind.EVENT, Optional.of(new EventKey(objectClass, id, withCallbackId)));
    }

    static ProcedureTraits event(int number) {
        return sent(number, Procedure.Kind.EVENT, Optional.empty());
    }

    static ProcedureTraits message(int number) {
        return sent(number, Procedure.Kind.MESSAGE, Optional.empty());
    }

    private static ProcedureTraits sent(int number, Procedure.Kind kind, Optional<EventKey> event) {
        return new ProcedureTraits(
                number,
                kind,
                "",
                Procedure.Priority.HIGH,
                true,
                ErrorOrigin.NONE,
                Procedure.Descriptors.NONE,
                0,
                event);
    }

    ProcedureTraits withDescriptors(Procedure.Descriptors changed) {
        return new ProcedureTraits(
                number, kind, apiName, priority, readOnlyAllowed, origin, changed, sparseFlag, event);
    }

    ProcedureTraits withSparseFlag(int changed) {
        return new ProcedureTraits(
                number, kind, apiName, priority, readOnlyAllowed, origin, descriptors, changed, event);
    }
}
