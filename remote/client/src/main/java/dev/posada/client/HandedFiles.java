package dev.posada.client;

import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.posix.Descriptor;
import dev.posada.posix.PosixException;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.LxcDomainOpenNamespaceArgs;
import dev.posada.protocol.LxcProcedure;
import dev.posada.protocol.Procedure;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesArgs;
import dev.posada.protocol.QemuDomainMonitorCommandWithFilesRet;
import dev.posada.protocol.QemuProcedure;
import dev.posada.protocol.RemoteDomainCreateWithFilesArgs;
import dev.posada.protocol.RemoteDomainFdAssociateArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsArgs;
import dev.posada.protocol.RemoteDomainOpenGraphicsFdArgs;
import dev.posada.protocol.RemoteProcedure;
import dev.posada.protocol.XdrMessage;
import dev.posada.xdr.XdrReader;
import java.nio.channels.ByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What is done by handing open files over, to the daemon or from it. Only a unix socket carries them; over any other
 * transport these calls fail with {@code INTERNAL_ERROR}.
 *
 * <p>Files of this program are named by their numbers, as it inherited them or as {@code /proc/self/fd} lists them. They
 * stay this program's, also when the call succeeds.
 */
public final class HandedFiles {
    private static final int SKIP_AUTH = 1;
    private static final int HUMAN = 1;

    private final Link link;
    private final DomainRef domain;

    HandedFiles(Link link, DomainRef domain) {
        this.link = link;
        this.domain = domain;
    }

    /**
     * Has the daemon connect us to a screen, past every port.
     *
     * @param screen which of the domain's {@code <graphics>}, from 0
     * @param trusted whether the screen's password need not be said
     * @return what speaks the screen's protocol, to be closed by the caller
     */
    public ByteChannel openScreen(int screen, boolean trusted) {
        var files = link.callWithFiles(
                        RemoteProcedure.DOMAIN_OPEN_GRAPHICS_FD,
                        new RemoteDomainOpenGraphicsFdArgs(domain, screen, trusted ? SKIP_AUTH : 0),
                        List.of())
                .files();
        if (files.size() != 1) {
            files.forEach(Descriptor::close);
            throw Failures.wrongFileCount(RemoteProcedure.DOMAIN_OPEN_GRAPHICS_FD, files.size());
        }
        return new HandedChannel(files.getFirst());
    }

    /** Has a screen speak its protocol over a socket of ours, whose other end somebody reads; else as {@link #openScreen}. */
    public void showScreen(int screen, int socket, boolean trusted) {
        call(
                RemoteProcedure.DOMAIN_OPEN_GRAPHICS,
                new RemoteDomainOpenGraphicsArgs(domain, screen, trusted ? SKIP_AUTH : 0),
                List.of(socket));
    }

    /**
     * Lets the domain's document refer to open files by a name, as {@code <source fdgroup='name'>}. The daemon forgets them
     * when this connection ends.
     */
    public void associate(String name, List<Integer> numbers, Flag.Association... how) {
        call(
                RemoteProcedure.DOMAIN_FD_ASSOCIATE,
                new RemoteDomainFdAssociateArgs(domain, name, Flag.bits(how)),
                numbers);
    }

    /** Starts the domain with open files for its first program, which only a driver of containers can do. */
    public void start(List<Integer> numbers, Flag.Start... flags) {
        call(
                RemoteProcedure.DOMAIN_CREATE_WITH_FILES,
                new RemoteDomainCreateWithFilesArgs(domain, Flag.bits(flags)),
                numbers);
    }

    /** Has QEMU's monitor execute a command that takes open files; in its language for people when {@code human}. */
    public String monitorCommand(String command, boolean human, List<Integer> numbers) {
        return QemuDomainMonitorCommandWithFilesRet.decode(call(
                        QemuProcedure.DOMAIN_MONITOR_COMMAND_WITH_FILES,
                        new QemuDomainMonitorCommandWithFilesArgs(domain, command, human ? HUMAN : 0),
                        numbers))
                .result();
    }

    /** The namespaces of a container that runs, by which a program can enter it. */
    public Namespaces namespaces() {
        return new Namespaces(link.callWithFiles(
                        LxcProcedure.DOMAIN_OPEN_NAMESPACE, new LxcDomainOpenNamespaceArgs(domain, 0), List.of())
                .files());
    }

    private XdrReader call(Procedure procedure, XdrMessage args, List<Integer> numbers) {
        return call(link, procedure, args, numbers);
    }

    /** Makes a call with open files of this program and no files in its reply. */
    static XdrReader call(Link link, Procedure procedure, XdrMessage args, List<Integer> numbers) {
        var copies = new ArrayList<Descriptor>();
        try {
            for (int number : numbers) {
                copies.add(copy(number));
            }
            var answer = link.callWithFiles(procedure, args, copies);
            answer.files().forEach(Descriptor::close);
            return answer.reply();
        } finally {
            copies.forEach(Descriptor::close);
        }
    }

    private static Descriptor copy(int number) {
        try {
            return Descriptor.copyOf(number);
        } catch (PosixException e) {
            throw new PosadaException(
                    ErrorCode.INVALID_ARG, ErrorOrigin.REMOTE, "no file is open as number " + number, e);
        }
    }
}
