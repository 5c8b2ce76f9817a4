package dev.posada.protocol;

import dev.posada.xdr.XdrReader;
import dev.posada.xdr.XdrWriter;
import java.util.Optional;

/**
 * The header of every message.
 *
 * <pre>
 *   offset  0  uint  length of the whole message, this word included; not part of this record
 *           4  uint  program
 *           8  uint  version of the program
 *          12  int   procedure
 *          16  int   type        see {@link MessageType}
 *          20  uint  serial      chosen by whoever calls, repeated in the reply and in the call's stream
 *          24  int   status      see {@link MessageStatus}
 *          28  payload
 * </pre>
 *
 * <p>The words are kept as they came: a server echoes them in its error replies even when they mean nothing to it.
 *
 * @param program number of the program, unsigned
 * @param version version of the program, unsigned
 * @param procedure number of the procedure
 * @param typeNumber number of the type
 * @param serial serial number, unsigned
 * @param statusNumber number of the status
 */
public record MessageHeader(int program, int version, int procedure, int typeNumber, int serial, int statusNumber) {

    /** The header of a message about {@code procedure}. */
    public static MessageHeader of(Procedure procedure, MessageType type, int serial, MessageStatus status) {
        Program program = procedure.program();
        return new MessageHeader(
                program.number(), program.version(), procedure.number(), type.number(), serial, status.number());
    }

    /** Reads the words that follow the length word. */
    public static MessageHeader decode(XdrReader in) {
        return new MessageHeader(in.int32(), in.int32(), in.int32(), in.int32(), in.int32(), in.int32());
    }

    /** Writes the words that follow the length word. */
    public void encode(XdrWriter out) {
        out.int32(program);
        out.int32(version);
        out.int32(procedure);
        out.int32(typeNumber);
        out.int32(serial);
        out.int32(statusNumber);
    }

    /** The type; empty when there is none of that number. */
    public Optional<MessageType> type() {
        return MessageType.of(typeNumber);
    }

    /** The status; empty when there is none of that number. */
    public Optional<MessageStatus> status() {
        return MessageStatus.of(statusNumber);
    }

    /** The procedure that is meant; empty when we know no such program, version or procedure. */
    public Optional<Procedure> knownProcedure() {
        return Program.of(program)
                .filter(known -> known.version() == version)
                .flatMap(known -> known.procedure(procedure));
    }

    /** The header of an answer to this message: all the same but type and status. */
    public MessageHeader answer(MessageType type, MessageStatus status) {
        return new MessageHeader(program, version, procedure, type.number(), serial, status.number());
    }
}
