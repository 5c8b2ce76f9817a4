package dev.posada.server;

import dev.posada.engine.Filters;
import dev.posada.model.Element;
import dev.posada.model.FilterDefinition;
import dev.posada.protocol.NwfilterBindingRef;
import dev.posada.protocol.NwfilterCalls;
import dev.posada.protocol.NwfilterRef;
import dev.posada.protocol.RemoteConnectListAllNwfilterBindingsArgs;
import dev.posada.protocol.RemoteConnectListAllNwfilterBindingsRet;
import dev.posada.protocol.RemoteConnectListAllNwfiltersArgs;
import dev.posada.protocol.RemoteConnectListAllNwfiltersRet;
import dev.posada.protocol.RemoteConnectListNwfiltersArgs;
import dev.posada.protocol.RemoteConnectListNwfiltersRet;
import dev.posada.protocol.RemoteConnectNumOfNwfiltersRet;
import dev.posada.protocol.RemoteNwfilterBindingCreateXmlArgs;
import dev.posada.protocol.RemoteNwfilterBindingCreateXmlRet;
import dev.posada.protocol.RemoteNwfilterBindingDeleteArgs;
import dev.posada.protocol.RemoteNwfilterBindingGetXmlDescArgs;
import dev.posada.protocol.RemoteNwfilterBindingGetXmlDescRet;
import dev.posada.protocol.RemoteNwfilterBindingLookupByPortDevArgs;
import dev.posada.protocol.RemoteNwfilterBindingLookupByPortDevRet;
import dev.posada.protocol.RemoteNwfilterDefineXmlArgs;
import dev.posada.protocol.RemoteNwfilterDefineXmlFlagsArgs;
import dev.posada.protocol.RemoteNwfilterDefineXmlFlagsRet;
import dev.posada.protocol.RemoteNwfilterDefineXmlRet;
import dev.posada.protocol.RemoteNwfilterGetXmlDescArgs;
import dev.posada.protocol.RemoteNwfilterGetXmlDescRet;
import dev.posada.protocol.RemoteNwfilterLookupByNameArgs;
import dev.posada.protocol.RemoteNwfilterLookupByNameRet;
import dev.posada.protocol.RemoteNwfilterLookupByUuidArgs;
import dev.posada.protocol.RemoteNwfilterLookupByUuidRet;
import dev.posada.protocol.RemoteNwfilterUndefineArgs;
import java.util.List;

/** Packet filters and their bindings. */
final class FilterAnswers implements NwfilterCalls<Call> {
    private static final int ALL = 0;

    @Override
    public RemoteConnectNumOfNwfiltersRet connectNumOfNwfilters(Call call) {
        return new RemoteConnectNumOfNwfiltersRet(filters(call).list(ALL).size());
    }

    @Override
    public RemoteConnectListNwfiltersRet connectListNwfilters(Call call, RemoteConnectListNwfiltersArgs args) {
        return new RemoteConnectListNwfiltersRet(filters(call).list(ALL).stream()
                .limit(Math.max(0, args.maxnames()))
                .map(FilterDefinition::name)
                .toList());
    }

    @Override
    public RemoteConnectListAllNwfiltersRet connectListAllNwfilters(Call call, RemoteConnectListAllNwfiltersArgs args) {
        var all = filters(call).list(args.flags());
        return new RemoteConnectListAllNwfiltersRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(FilterAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteNwfilterLookupByNameRet nwfilterLookupByName(Call call, RemoteNwfilterLookupByNameArgs args) {
        return new RemoteNwfilterLookupByNameRet(ref(filters(call).byName(args.name())));
    }

    @Override
    public RemoteNwfilterLookupByUuidRet nwfilterLookupByUuid(Call call, RemoteNwfilterLookupByUuidArgs args) {
        return new RemoteNwfilterLookupByUuidRet(ref(filters(call).byUuid(args.uuid())));
    }

    @Override
    public RemoteNwfilterGetXmlDescRet nwfilterGetXmlDesc(Call call, RemoteNwfilterGetXmlDescArgs args) {
        return new RemoteNwfilterGetXmlDescRet(filters(call).xml(args.nwfilter().uuid(), args.flags()));
    }

    @Override
    public RemoteNwfilterDefineXmlRet nwfilterDefineXml(Call call, RemoteNwfilterDefineXmlArgs args) {
        return new RemoteNwfilterDefineXmlRet(ref(filters(call).define(args.xml(), 0)));
    }

    @Override
    public RemoteNwfilterDefineXmlFlagsRet nwfilterDefineXmlFlags(Call call, RemoteNwfilterDefineXmlFlagsArgs args) {
        return new RemoteNwfilterDefineXmlFlagsRet(ref(filters(call).define(args.xml(), args.flags())));
    }

    @Override
    public void nwfilterUndefine(Call call, RemoteNwfilterUndefineArgs args) {
        filters(call).undefine(args.nwfilter().uuid());
    }

    @Override
    public RemoteConnectListAllNwfilterBindingsRet connectListAllNwfilterBindings(
            Call call, RemoteConnectListAllNwfilterBindingsArgs args) {
        var all = filters(call).bindings(args.flags());
        return new RemoteConnectListAllNwfilterBindingsRet(
                args.needResults() == 0
                        ? List.of()
                        : all.stream().map(FilterAnswers::ref).toList(),
                all.size());
    }

    @Override
    public RemoteNwfilterBindingLookupByPortDevRet nwfilterBindingLookupByPortDev(
            Call call, RemoteNwfilterBindingLookupByPortDevArgs args) {
        return new RemoteNwfilterBindingLookupByPortDevRet(ref(filters(call).binding(args.name())));
    }

    @Override
    public RemoteNwfilterBindingGetXmlDescRet nwfilterBindingGetXmlDesc(
            Call call, RemoteNwfilterBindingGetXmlDescArgs args) {
        return new RemoteNwfilterBindingGetXmlDescRet(
                filters(call).bindingXml(args.nwfilter().portdev(), args.flags()));
    }

    @Override
    public RemoteNwfilterBindingCreateXmlRet nwfilterBindingCreateXml(
            Call call, RemoteNwfilterBindingCreateXmlArgs args) {
        return new RemoteNwfilterBindingCreateXmlRet(ref(filters(call).bind(args.xml(), args.flags())));
    }

    @Override
    public void nwfilterBindingDelete(Call call, RemoteNwfilterBindingDeleteArgs args) {
        filters(call).unbind(args.nwfilter().portdev());
    }

    private static NwfilterRef ref(FilterDefinition filter) {
        return new NwfilterRef(filter.name(), filter.uuid());
    }

    private static NwfilterBindingRef ref(Element binding) {
        return new NwfilterBindingRef(
                binding.child("portdev").map(port -> port.attribute("name", "")).orElse(""),
                binding.child("filterref")
                        .map(filter -> filter.attribute("filter", ""))
                        .orElse(""));
    }

    private static Filters filters(Call call) {
        return call.connection().filters().orElseThrow(() -> Failures.unsupported(call));
    }
}
