package dev.posada.engine;

import dev.posada.model.Element;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.xml.Documents;
import dev.posada.xml.FilterXml;
import java.util.List;
import java.util.UUID;

/** The packet filters of the host behind a connection. Flags and errors are libvirt's. */
public final class Filters {
    /** {@code VIR_NWFILTER_DEFINE_VALIDATE} and {@code VIR_NWFILTER_BINDING_CREATE_VALIDATE}. */
    private static final int VALIDATE = 1;

    private final FilterHost host;
    private final Access access;

    Filters(FilterHost host, Access access) {
        this.host = host;
        this.access = access;
    }

    /** All filters by name; {@code flags} must be 0. */
    public List<FilterDefinition> list(int flags) {
        var api = "virConnectListAllNWFilters";
        access.query(api);
        checkFlags(flags, 0, api);
        return List.copyOf(host.filters());
    }

    /** The filter of this name; {@code NO_NWFILTER} when there is none. */
    public FilterDefinition byName(String name) {
        access.query("virNWFilterLookupByName");
        return host.filter(name);
    }

    /** The filter of this uuid; {@code NO_NWFILTER} when there is none. */
    public FilterDefinition byUuid(UUID uuid) {
        access.query("virNWFilterLookupByUUID");
        return host.filter(uuid);
    }

    /** The definition, as text; {@code flags} must be 0. */
    public String xml(UUID filter, int flags) {
        var api = "virNWFilterGetXMLDesc";
        access.query(api);
        checkFlags(flags, 0, api);
        return Documents.format(host.filter(filter).root());
    }

    /** Keeps a filter and puts it up where it is used; flags are {@code virNWFilterDefineFlags}. */
    public FilterDefinition define(String xml, int flags) {
        var api = "virNWFilterDefineXMLFlags";
        access.change(api);
        checkFlags(flags, VALIDATE, api);
        var filter = FilterXml.parse(xml, Flags.has(flags, VALIDATE));
        host.define(filter);
        return filter;
    }

    /** Forgets a filter that is not in use. */
    public void undefine(UUID filter) {
        access.change("virNWFilterUndefine");
        host.undefine(filter);
    }

    /** What is bound to links, each a {@code filterbinding} element; {@code flags} must be 0. */
    public List<Element> bindings(int flags) {
        var api = "virConnectListAllNWFilterBindings";
        access.query(api);
        checkFlags(flags, 0, api);
        return List.copyOf(host.bindings().values());
    }

    /** What is bound to a link; {@code NO_NWFILTER_BINDING} when nothing is. */
    public Element binding(String port) {
        access.query("virNWFilterBindingLookupByPortDev");
        return host.binding(port);
    }

    /** What is bound to a link, as text; {@code flags} must be 0. */
    public String bindingXml(String port, int flags) {
        var api = "virNWFilterBindingGetXMLDesc";
        access.query(api);
        checkFlags(flags, 0, api);
        return Documents.format(host.binding(port));
    }

    /** Binds a filter to a link; flags are {@code virNWFilterBindingCreateFlags}. */
    public Element bind(String xml, int flags) {
        var api = "virNWFilterBindingCreateXML";
        access.change(api);
        checkFlags(flags, VALIDATE, api);
        var binding = FilterXml.binding(xml);
        host.bind(binding);
        return binding;
    }

    /** Takes the filters from a link. */
    public void unbind(String port) {
        access.change("virNWFilterBindingDelete");
        host.unbind(port);
    }

    private static void checkFlags(int flags, int known, String api) {
        Flags.check(flags, known, api, ErrorOrigin.NWFILTER);
    }
}
