package dev.posada.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Starts a process, posix_spawn(3), with just the descriptors it is given.
 *
 * <p>Unlike {@link ProcessBuilder} it passes any descriptors at any numbers, can put the child into a session of its own,
 * and leaves waiting to the caller ({@link ProcessDescriptor#reap}). The child begins with no signal blocked and none
 * ignored. Descriptors 0 to 2 that are not given are /dev/null; all others are closed.
 *
 * <p>A builder for one thread; {@link #start} may be called again.
 */
public final class Spawn {
    private static final int STANDARD_DESCRIPTORS = 3;

    // Both structures are opaque; glibc's have 80 and 336 bytes on 64-bit machines.
    private static final int FILE_ACTIONS_BYTES = 256;
    private static final int ATTRIBUTES_BYTES = 512;
    private static final int SIGSET_BYTES = 128;

    private static final int SETSIGDEF = 0x04;
    private static final int SETSIGMASK = 0x08;
    private static final int SETSID = 0x80;

    private static final NativeCall SPAWN = NativeCall.of("posix_spawn");
    private static final NativeCall ACTIONS_INIT = NativeCall.of("posix_spawn_file_actions_init");
    private static final NativeCall ACTIONS_DESTROY = NativeCall.of("posix_spawn_file_actions_destroy");
    private static final NativeCall ADD_DUP2 = NativeCall.of("posix_spawn_file_actions_adddup2");
    private static final NativeCall ADD_OPEN = NativeCall.of("posix_spawn_file_actions_addopen");
    private static final NativeCall ADD_CLOSE = NativeCall.of("posix_spawn_file_actions_addclose");
    private static final NativeCall ADD_CLOSE_FROM = NativeCall.of("posix_spawn_file_actions_addclosefrom_np");
    private static final NativeCall ADD_CHDIR = NativeCall.of("posix_spawn_file_actions_addchdir_np");
    private static final NativeCall ATTRIBUTES_INIT = NativeCall.of("posix_spawnattr_init");
    private static final NativeCall ATTRIBUTES_DESTROY = NativeCall.of("posix_spawnattr_destroy");
    private static final NativeCall SET_FLAGS = NativeCall.of("posix_spawnattr_setflags");
    private static final NativeCall SET_SIGNALS_BLOCKED = NativeCall.of("posix_spawnattr_setsigmask");
    private static final NativeCall SET_SIGNALS_DEFAULT = NativeCall.of("posix_spawnattr_setsigdefault");

    private final Path executable;
    private final List<String> arguments;
    private final SequencedMap<Integer, Descriptor> descriptors = new TreeMap<>();
    private Map<String, String> environment = System.getenv();
    private Path directory = Path.of("/");
    private boolean newSession;

    /**
     * @param executable path of the program; PATH is not searched
     * @param arguments all of argv, the program's own name first; at least that
     */
    public Spawn(Path executable, List<String> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("argv of " + executable + " has no name");
        }
        this.executable = executable;
        this.arguments = List.copyOf(arguments);
    }

    /** The child's whole environment; without this call it is ours. */
    public Spawn environment(Map<String, String> variables) {
        this.environment = Map.copyOf(variables);
        return this;
    }

    /** The child's working directory; without this call it is the root. A relative executable counts from here. */
    public Spawn directory(Path path) {
        this.directory = path;
        return this;
    }

    /** Puts the child into a session and process group of its own, out of reach of our terminal's signals. */
    public Spawn newSession() {
        this.newSession = true;
        return this;
    }

    /** Gives the child a descriptor at the given number; it stays the caller's and may be closed after {@link #start}. */
    public Spawn descriptor(int number, Descriptor source) {
        if (number < 0) {
            throw new IllegalArgumentException("a descriptor is not negative: " + number);
        }
        descriptors.put(number, source);
        return this;
    }

    /**
     * Starts the process and returns when it runs its program.
     *
     * @return its number, which stays its own until the caller has reaped it
     * @throws PosixException ENOENT, EACCES, … when the program or the directory cannot be used
     */
    public int start() {
        var copies = new ArrayList<Descriptor>();
        try (var arena = Arena.ofConfined()) {
            int firstFree = Math.max(
                    STANDARD_DESCRIPTORS,
                    descriptors.isEmpty() ? 0 : descriptors.lastEntry().getKey() + 1);
            var actions = arena.allocate(FILE_ACTIONS_BYTES, 16);
            var attributes = arena.allocate(ATTRIBUTES_BYTES, 16);
            require(ACTIONS_INIT, actions.address());
            require(ATTRIBUTES_INIT, attributes.address());
            try {
                addActions(actions, firstFree, copies, arena);
                setAttributes(attributes, arena);
                var pid = arena.allocate(JAVA_INT);
                require(
                        SPAWN,
                        pid.address(),
                        Text.of(executable.toString(), arena).address(),
                        actions.address(),
                        attributes.address(),
                        Text.arrayOf(arguments, arena).address(),
                        Text.arrayOf(variables(), arena).address());
                return pid.get(JAVA_INT, 0);
            } finally {
                ATTRIBUTES_DESTROY.raw(attributes.address());
                ACTIONS_DESTROY.raw(actions.address());
            }
        } finally {
            copies.forEach(Descriptor::close);
        }
    }

    /**
     * Each source is first duplicated above all targets: the kernel carries the actions out one after the other, and a source
     * that is itself a target would be overwritten before its turn.
     */
    private void addActions(MemorySegment actions, int firstFree, List<Descriptor> copies, Arena arena) {
        descriptors.forEach((target, source) -> {
            var copy = source.duplicateAbove(firstFree);
            copies.add(copy);
            require(ADD_DUP2, actions.address(), copy.number(), target);
        });
        long devNull = Text.of("/dev/null", arena).address();
        for (int number = 0; number < firstFree; number++) {
            if (descriptors.containsKey(number)) {
                continue;
            }
            if (number < STANDARD_DESCRIPTORS) {
                require(ADD_OPEN, actions.address(), number, devNull, OpenFlag.bits(Set.of(OpenFlag.READ_WRITE)), 0);
            } else {
                require(ADD_CLOSE, actions.address(), number);
            }
        }
        require(ADD_CLOSE_FROM, actions.address(), firstFree);
        require(
                ADD_CHDIR,
                actions.address(),
                Text.of(directory.toString(), arena).address());
    }

    private void setAttributes(MemorySegment attributes, Arena arena) {
        var none = arena.allocate(JAVA_BYTE, SIGSET_BYTES);
        // Not by sigfillset: it leaves out the two signals that glibc keeps to itself, and those would then be ignored.
        var all = arena.allocate(JAVA_BYTE, SIGSET_BYTES).fill((byte) 0xff);
        require(SET_SIGNALS_BLOCKED, attributes.address(), none.address());
        require(SET_SIGNALS_DEFAULT, attributes.address(), all.address());
        int flags = SETSIGDEF | SETSIGMASK | (newSession ? SETSID : 0);
        require(SET_FLAGS, attributes.address(), (short) flags);
    }

    private List<String> variables() {
        var list = new ArrayList<String>(environment.size());
        environment.forEach((name, value) -> list.add(name + "=" + value));
        return list;
    }

    /** These functions return the error number itself. */
    private void require(NativeCall call, long... arguments) {
        int errno = (int) call.raw(arguments);
        if (errno != 0) {
            throw new PosixException(call.name(), executable + " in " + directory, errno);
        }
    }
}
