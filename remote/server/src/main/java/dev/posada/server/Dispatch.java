package dev.posada.server;

import dev.posada.engine.Operation;
import dev.posada.model.PosadaException;
import dev.posada.protocol.Frame;
import dev.posada.protocol.LxcDispatcher;
import dev.posada.protocol.LxcProcedure;
import dev.posada.protocol.MessageHeader;
import dev.posada.protocol.MessageStatus;
import dev.posada.protocol.MessageType;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.Program;
import dev.posada.protocol.QemuDispatcher;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteDispatcher;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.WireErrors;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrException;
import dev.posada.xdr.XdrReader;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns a call into its answer, whatever the call is: checks what must be checked before, has it made, and encodes the
 * result or what went wrong.
 */
final class Dispatch {
    /** The serial of all events; a libvirt daemon uses the same. */
    private static final int EVENT_SERIAL = 1;

    private final Services services;
    private final Counters counters;

    Dispatch(Services services, Counters counters) {
        this.services = services;
        this.counters = counters;
    }

    /** An answer, ready to be sent. */
    record Answer(ByteBuffer bytes, boolean success) {}

    /** The procedure a call means, if it is one of those served here. */
    Optional<? extends Procedure> procedure(MessageHeader header) {
        return program(header)
                .flatMap(program -> program.procedure(header.procedure()))
                .filter(procedure -> procedure.traits().kind().isCall());
    }

    /** The header of an event. */
    MessageHeader eventHeader(Procedure procedure) {
        return MessageHeader.of(procedure, MessageType.MESSAGE, EVENT_SERIAL, MessageStatus.OK);
    }

    /** Makes a call, and answers in any case. */
    Answer answer(Call call, XdrReader arguments) {
        counters.calls.increment();
        var header = call.header();
        try {
            var result = call(call, arguments);
            return new Answer(encode(header, result, call.attached().size()), true);
        } catch (PosadaException e) {
            return error(header, e);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return error(header, Failures.unexpected(nameOf(header), e));
        }
    }

    private Answer error(MessageHeader header, PosadaException failure) {
        counters.failedCalls.increment();
        var answer = header.answer(MessageType.REPLY, MessageStatus.ERROR);
        try {
            return new Answer(Frame.encode(answer, WireErrors.encode(failure)), false);
        } catch (XdrException e) {
            // A text beyond all limits; without it the client at least learns the code.
            var bare = new PosadaException(failure.code(), failure.origin(), "");
            return new Answer(Frame.encode(answer, WireErrors.encode(bare)), false);
        }
    }

    private static ByteBuffer encode(MessageHeader header, XdrMessage result, int files) {
        try {
            if (files > 0) {
                return Frame.encodeWithDescriptors(
                        header.answer(MessageType.REPLY_WITH_FDS, MessageStatus.OK), files, result);
            }
            return Frame.encode(header.answer(MessageType.REPLY, MessageStatus.OK), result);
        } catch (XdrException e) {
            throw Failures.unencodable();
        }
    }

    private XdrMessage call(Call call, XdrReader arguments) {
        var header = call.header();
        var program = program(header).orElseThrow(() -> Failures.unknownProgram(header.program(), header.version()));
        if (header.statusNumber() != MessageStatus.OK.number()) {
            throw Failures.unexpectedStatus(header.statusNumber());
        }
        Procedure procedure = program.procedure(header.procedure())
                .filter(known -> known.traits().kind().isCall())
                .orElseThrow(() -> Failures.unknownProcedure(header.procedure()));
        if (!call.session().authenticated() && !provesIdentity(procedure)) {
            throw Failures.authenticationRequired();
        }
        if (needsConnection(procedure)) {
            admit(call, procedure);
        }
        try {
            return make(call, procedure, arguments);
        } catch (XdrException e) {
            throw Failures.undecodable();
        }
    }

    /** Access is the engine's to judge; the reason it gives names the function. */
    private static void admit(Call call, Procedure procedure) {
        var traits = procedure.traits();
        call.connection().admit(new Operation(traits.apiName(), traits.readOnlyAllowed()));
    }

    private XdrMessage make(Call call, Procedure procedure, XdrReader arguments) {
        boolean readOnly = call.session().caller().readOnly();
        return switch (procedure) {
            case RemoteProcedure remote ->
                RemoteDispatcher.dispatch(remote, arguments, services.remote(), call, readOnly);
            case QemuProcedure qemu -> QemuDispatcher.dispatch(qemu, arguments, services.qemu(), call, readOnly);
            case LxcProcedure lxc -> LxcDispatcher.dispatch(lxc, arguments, services.lxc(), call, readOnly);
            default -> throw Failures.unknownProcedure(procedure.number());
        };
    }

    private static Optional<Program> program(MessageHeader header) {
        return Program.of(header.program())
                .filter(program -> program.version() == header.version())
                .filter(program -> program == Program.REMOTE || program == Program.QEMU || program == Program.LXC);
    }

    private static boolean provesIdentity(Procedure procedure) {
        return procedure instanceof RemoteProcedure remote
                && switch (remote) {
                    case AUTH_LIST, AUTH_POLKIT, AUTH_SASL_INIT, AUTH_SASL_START, AUTH_SASL_STEP -> true;
                    default -> false;
                };
    }

    /** All calls do but those that make, end or shape the connection itself. */
    private static boolean needsConnection(Procedure procedure) {
        boolean shapesConnection = procedure instanceof RemoteProcedure remote
                && switch (remote) {
                    case CONNECT_OPEN, CONNECT_CLOSE, CONNECT_SUPPORTS_FEATURE -> true;
                    default -> false;
                };
        return !shapesConnection && !provesIdentity(procedure);
    }

    private static String nameOf(MessageHeader header) {
        return program(header)
                .flatMap(program -> program.procedure(header.procedure()))
                .map(procedure -> procedure.traits().apiName())
                .orElse("procedure " + header.procedure());
    }
}
