package dev.posada.filter;

import dev.posada.driver.FilterDriver;
import dev.posada.driver.FilterRequest;
import dev.posada.link.HostCommands;
import dev.posada.link.Link;
import dev.posada.link.LinkException;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import dev.posada.posix.Poller;
import dev.posada.process.Tools;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Filters by nft, one table for each link. What is needed to run it is made when it is run first. */
final class NftFilters implements FilterDriver {
    private static final System.Logger LOG = System.getLogger("posada.filter");
    private static final List<String> NFT = List.of("nft", "-f", "-");
    private static final Pattern ADDRESS = Pattern.compile("\\b[0-9]{1,3}(\\.[0-9]{1,3}){3}\\b");

    private final boolean privileged;
    private @Nullable Poller poller;
    private @Nullable HostCommands commands;
    private @Nullable Features features;

    NftFilters(boolean privileged) {
        this.privileged = privileged;
    }

    @Override
    public List<FilterDefinition> residents() {
        return privileged ? StandardFilters.all() : List.of(); // a session's guests have no links to filter
    }

    @Override
    public void install(FilterRequest request) {
        if (!privileged) {
            throw new PosadaException(
                    ErrorCode.OPERATION_UNSUPPORTED,
                    ErrorOrigin.NWFILTER,
                    "only the system daemon can filter the packets of interface '" + request.link() + "'");
        }
        if (!Link.isName(request.link())) {
            throw Values.wrong(request.link(), "the name of a link");
        }
        var script = FilterScript.of(request, features());
        apply(
                "cannot filter the packets of interface '" + request.link() + "'",
                FilterScript.learns(script)
                        ? script + FilterScript.known(request.link(), learned(request.link()))
                        : script);
    }

    /** The addresses a guest was seen to have, so that a new table does not cut it off. */
    private List<String> learned(String link) {
        var listing = commands()
                .attempt(
                        "cannot ask what interface '" + link + "' has learned",
                        "",
                        List.of("nft", "list", "set", "bridge", FilterScript.table(link), FilterScript.LEARNED_SET));
        return listing.success()
                ? ADDRESS.matcher(listing.output())
                        .results()
                        .map(MatchResult::group)
                        .limit(FilterScript.LEARNED_MAX)
                        .toList()
                : List.of();
    }

    @Override
    public void remove(String link) {
        if (privileged && Link.isName(link)) {
            apply("cannot take the filters from interface '" + link + "'", FilterScript.removal(link));
        }
    }

    private void apply(String what, String script) {
        try {
            commands().feed(what, script, NFT);
        } catch (LinkException e) {
            throw new PosadaException(ErrorCode.BUILD_FIREWALL, ErrorOrigin.NWFILTER, e.getMessage(), e);
        }
    }

    private synchronized HostCommands commands() {
        var made = commands;
        if (made == null) {
            var own = new Poller();
            poller = own;
            made = new HostCommands(new Tools(own));
            commands = made;
        }
        return made;
    }

    /** Asked once, of tables that are never made. */
    private synchronized Features features() {
        var known = features;
        if (known == null) {
            known = new Features(can("ct state established accept"), can("reject"));
            if (!known.tracking()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "this kernel knows no connections of bridged packets (module nf_conntrack_bridge): filters tell"
                                + " answers by addresses and ports");
            }
            features = known;
        }
        return known;
    }

    private boolean can(String rule) {
        var table =
                "table bridge posada_probe {\nchain a {\ntype filter hook prerouting priority 0\n" + rule + "\n}\n}\n";
        try {
            return commands()
                    .attempt("cannot ask what the kernel can filter", table, List.of("nft", "-c", "-f", "-"))
                    .success();
        } catch (LinkException e) {
            throw new PosadaException(ErrorCode.BUILD_FIREWALL, ErrorOrigin.NWFILTER, e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        if (poller != null) {
            poller.close();
        }
    }
}
