package dev.posada.qemu;

import dev.posada.driver.GuestAgent;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import dev.posada.qmp.Json;
import dev.posada.qmp.QmpException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The commands of QEMU's guest agent, and what it answers as libvirt's clients know it. */
final class AgentCalls implements GuestAgent {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Beyond the year 2262 the agent's nanoseconds do not reach. */
    private static final long SECONDS_MAX = Long.MAX_VALUE / NANOS_PER_SECOND;

    /** Processors a guest may speak of; far more than there are. */
    private static final int PROCESSORS_MAX = 16_384;

    private final LiveState state;
    private final Agent agent;
    private final Monitor monitor;

    AgentCalls(LiveState state, Agent agent, Monitor monitor) {
        this.state = state;
        this.agent = agent;
        this.monitor = monitor;
    }

    /** Executes a command and reads its answer; one of another form than expected is the agent's fault. */
    private <R> R ask(String command, Json.ObjectValue arguments, Function<Json, R> read) {
        return read(command, agent.execute(command, arguments), read);
    }

    static <R> R read(String command, Json answer, Function<Json, R> read) {
        try {
            return read.apply(answer);
        } catch (QmpException e) {
            throw Agent.nonsense(command, e);
        }
    }

    @Override
    public boolean connected() {
        return agent.connected();
    }

    @Override
    public String command(String command, int timeoutSeconds) {
        Json.ObjectValue message;
        String name;
        try {
            message = Json.parse(command).asObject();
            name = message.member("execute").map(Json::text).orElse("");
        } catch (QmpException e) {
            throw new PosadaException(
                    ErrorCode.INTERNAL_ERROR,
                    ErrorOrigin.QEMU,
                    "cannot parse json " + command + ": " + e.description(),
                    e);
        }
        var reply = agent.exchange(name, message, agent.patience(timeoutSeconds));
        reply.member("error").ifPresent(error -> {
            throw Agent.refused(name, QmpHappenings.text(error, "desc"));
        });
        return reply.toString();
    }

    @Override
    public void responseTimeout(int seconds) {
        agent.responseTimeout(seconds);
    }

    @Override
    public Instant time() {
        long nanos = ask("guest-get-time", Json.object(), Json::integer);
        return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
    }

    @Override
    public void setTime(Optional<Instant> time) {
        var arguments = Json.object();
        if (time.isPresent()) {
            var moment = time.get();
            long seconds = moment.getEpochSecond();
            int nanos = moment.getNano();
            if (Math.abs(seconds) >= SECONDS_MAX) {
                throw new PosadaException(
                        ErrorCode.OPERATION_INVALID,
                        ErrorOrigin.QEMU,
                        "Time '" + seconds + "' is too big for guest agent");
            }
            arguments = arguments.with("time", seconds * NANOS_PER_SECOND + nanos);
        }
        agent.execute("guest-set-time", arguments);
        // The ticks the guest is still owed belong to the time it had before.
        monitor.execute("rtc-reset-reinjection");
    }

    @Override
    public int freeze(List<String> mountPoints) {
        if (mountPoints.isEmpty()) {
            return (int) (long) ask("guest-fsfreeze-freeze", Json.object(), Json::integer);
        }
        var arguments = Json.object()
                .with(
                        "mountpoints",
                        Json.array(mountPoints.stream().map(Json::of).toList()));
        return (int) (long) ask("guest-fsfreeze-freeze-list", arguments, Json::integer);
    }

    @Override
    public int thaw() {
        return (int) (long) ask("guest-fsfreeze-thaw", Json.object(), Json::integer);
    }

    @Override
    public void trim(long minimumBytes) {
        agent.execute("guest-fstrim", Json.object().with("minimum", minimumBytes));
    }

    @Override
    public List<FileSystem> fileSystems() {
        return ask(
                "guest-get-fsinfo",
                Json.object(),
                answer -> answer.elements().stream()
                        .map(one -> new FileSystem(
                                one.required("mountpoint").text(),
                                one.required("name").text(),
                                one.required("type").text(),
                                one.member("disk").map(Json::elements).orElse(List.of()).stream()
                                        .flatMap(address -> GuestDisks.target(state.definition(), address).stream())
                                        .toList()))
                        .toList());
    }

    @Override
    public Optional<String> hostname() {
        var command = "guest-get-host-name";
        return agent.executeIfKnown(command, Json.object())
                .map(answer ->
                        read(command, answer, it -> it.required("host-name").text()));
    }

    @Override
    public List<Link> links() {
        return ask("guest-network-get-interfaces", Json.object(), AgentCalls::links);
    }

    /** Links from the agent's answer: what it lists as {@code eth0:1} is another address of {@code eth0}. */
    static List<Link> links(Json answer) {
        var found = new LinkedHashMap<String, Link>();
        for (var one : answer.elements()) {
            var whole = one.required("name").text();
            int colon = whole.indexOf(':');
            var name = colon < 0 ? whole : whole.substring(0, colon);
            var before = found.get(name);
            var addresses = new ArrayList<Address>(before == null ? List.of() : before.addresses());
            for (var address : one.member("ip-addresses").map(Json::elements).orElse(List.of())) {
                addresses.add(new Address(
                        address.required("ip-address-type").text().equals("ipv6"),
                        address.required("ip-address").text(),
                        (int) address.required("prefix").integer()));
            }
            var hardware = before == null ? one.member("hardware-address").map(Json::text) : before.hardwareAddress();
            found.put(name, new Link(name, hardware, addresses));
        }
        return List.copyOf(found.values());
    }

    @Override
    public List<TypedParameter> info(Set<Subject> subjects) {
        return new AgentInfo(agent, state.definition()).of(subjects);
    }

    @Override
    public List<Processor> processors() {
        return ask(
                "guest-get-vcpus",
                Json.object(),
                answer -> answer.elements().stream()
                        .map(one -> new Processor(
                                processorNumber(one.required("logical-id").integer()),
                                one.required("online").truth(),
                                one.member("can-offline").map(Json::truth).orElse(false)))
                        .toList());
    }

    private static int processorNumber(long number) {
        if (number < 0 || number >= PROCESSORS_MAX) {
            throw Agent.refused("guest-get-vcpus", "no processor has number " + number);
        }
        return (int) number;
    }

    @Override
    public void setProcessors(Map<Integer, Boolean> online) {
        var command = "guest-set-vcpus";
        var left = new ArrayList<Json>();
        online.forEach((number, on) ->
                left.add(Json.object().with("logical-id", (long) number).with("online", on)));
        // The agent stops at the first it cannot change and tells how many it did.
        while (!left.isEmpty()) {
            int done = (int) (long) ask(command, Json.object().with("vcpus", Json.array(left)), Json::integer);
            if (done <= 0 || done > left.size()) {
                throw Agent.refused(command, "the guest changed " + done + " of " + left.size() + " processors");
            }
            left.subList(0, done).clear();
        }
    }

    @Override
    public void setPassword(String user, String password, boolean encrypted) {
        agent.execute(
                "guest-set-user-password",
                Json.object()
                        .with("crypted", encrypted)
                        .with("username", user)
                        .with(
                                "password",
                                Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8))));
    }

    @Override
    public List<String> sshKeys(String user) {
        return ask(
                "guest-ssh-get-authorized-keys",
                Json.object().with("username", user),
                answer -> answer.required("keys").elements().stream()
                        .map(Json::text)
                        .toList());
    }

    @Override
    public void changeSshKeys(String user, List<String> keys, KeyChange change) {
        var arguments = Json.object()
                .with("username", user)
                .with("keys", Json.array(keys.stream().map(Json::of).toList()));
        switch (change) {
            case REPLACE -> agent.execute("guest-ssh-add-authorized-keys", arguments.with("reset", true));
            case APPEND -> agent.execute("guest-ssh-add-authorized-keys", arguments.with("reset", false));
            case REMOVE -> agent.execute("guest-ssh-remove-authorized-keys", arguments);
        }
    }

    @Override
    public void sleep(Sleep how) {
        boolean wakes = monitor.ask("query-current-machine")
                .map(machine -> QmpHappenings.truth(machine, "wakeup-suspend-support"))
                .orElse(true);
        if (!wakes) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED, ErrorOrigin.QEMU, "Domain does not have suspend support");
        }
        if (how != Sleep.DISK) {
            mustBeOn("suspend-to-mem", "S3");
        }
        if (how != Sleep.MEMORY) {
            mustBeOn("suspend-to-disk", "S4");
        }
        agent.executeLast(
                switch (how) {
                    case MEMORY -> "guest-suspend-ram";
                    case DISK -> "guest-suspend-disk";
                    case HYBRID -> "guest-suspend-hybrid";
                },
                Json.object());
    }

    private void mustBeOn(String element, String name) {
        boolean off = state.definition().root().at("pm", element).stream().anyMatch(it -> it.has("enabled", "no"));
        if (off) {
            throw new PosadaException(
                    ErrorCode.OPERATION_INVALID, ErrorOrigin.QEMU, name + " state is disabled for this domain");
        }
    }
}
