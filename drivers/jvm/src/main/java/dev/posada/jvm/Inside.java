package dev.posada.jvm;

import dev.posada.driver.Abilities;
import dev.posada.driver.Abilities.AfterDump;
import dev.posada.driver.Abilities.DumpForm;
import dev.posada.driver.InstanceState;
import dev.posada.model.TypedParameter;
import dev.posada.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What goes on inside a domain's JVM: its figures, its monitor, its heap. */
final class Inside implements Abilities.HasMonitor, Abilities.DumpsCore {
    /** Below the driver's folder for what lasts. */
    private static final String RECORDINGS = "recordings";

    private final Workshop workshop;
    private final InstanceState state;
    private final Supplier<Optional<ProcessIdentity>> process;
    private final Optional<Path> exchange;
    private final Function<AfterDump, Runnable> after;

    /**
     * @param process the JVM's process; nothing between two runs
     * @param exchange a folder of the JVM's user alone that it sees under the same name as we do, if there is one
     * @param after what is to follow a dump; throws when it cannot
     */
    Inside(
            Workshop workshop,
            InstanceState state,
            Supplier<Optional<ProcessIdentity>> process,
            Optional<Path> exchange,
            Function<AfterDump, Runnable> after) {
        this.workshop = workshop;
        this.state = state;
        this.process = process;
        this.exchange = exchange;
        this.after = after;
    }

    private Diagnostics jvm() {
        var name = state.definition().name();
        var jvm = process.get()
                .map(running -> new Diagnostics(name, running, exchange))
                .orElseThrow(() -> Refusal.invalid("the program is not running just now"));
        jvm.awaitReady();
        return jvm;
    }

    /** The figures of {@code domstats}' group for JVMs; a JVM that is suspended cannot be asked for more than it shows. */
    List<TypedParameter> figures(boolean mayAsk) {
        var name = state.definition().name();
        return process.get()
                .map(running -> new Diagnostics(name, running, exchange).figures(mayAsk && !state.paused()))
                .orElse(List.of());
    }

    @Override
    public String monitorCommand(String command, boolean human) {
        mustRun();
        var jvm = jvm();
        var recordings = new Recordings(
                jvm,
                state.definition().name(),
                workshop.context().stateDirectory().resolve(RECORDINGS),
                workshop.clock());
        return new JvmMonitor(jvm, recordings).say(command, human);
    }

    @Override
    public void dump(Path file, DumpForm form, boolean goesOn, AfterDump then) {
        mustRun();
        var next = after.apply(then);
        jvm().dumpHeap(file, form);
        next.run();
    }

    private void mustRun() {
        if (state.paused()) {
            throw Refusal.invalid("a suspended Java program answers nothing; resume it first");
        }
    }
}
