package dev.posada.server;

import dev.posada.protocol.EventsCalls;
import dev.posada.protocol.RemoteConnectDomainEventCallbackDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventCallbackRegisterAnyRet;
import dev.posada.protocol.RemoteConnectDomainEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventDeregisterRet;
import dev.posada.protocol.RemoteConnectDomainEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectDomainEventRegisterRet;
import dev.posada.protocol.RemoteConnectNetworkEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectNetworkEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectNetworkEventRegisterAnyRet;
import dev.posada.protocol.RemoteConnectNodeDeviceEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectNodeDeviceEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectNodeDeviceEventRegisterAnyRet;
import dev.posada.protocol.RemoteConnectSecretEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectSecretEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectSecretEventRegisterAnyRet;
import dev.posada.protocol.RemoteConnectStoragePoolEventDeregisterAnyArgs;
import dev.posada.protocol.RemoteConnectStoragePoolEventRegisterAnyArgs;
import dev.posada.protocol.RemoteConnectStoragePoolEventRegisterAnyRet;

/** What a client wants to be told without asking each time. */
final class EventsAnswers implements EventsCalls<Call> {
    private static final int LIFECYCLE = 0;
    private static final String ALL = "";

    @Override
    public RemoteConnectDomainEventRegisterRet connectDomainEventRegister(Call call) {
        register(call, EventClass.DOMAIN, LIFECYCLE, ALL, false);
        return new RemoteConnectDomainEventRegisterRet(0);
    }

    @Override
    public RemoteConnectDomainEventDeregisterRet connectDomainEventDeregister(Call call) {
        call.session().registrations().deregisterEvent(LIFECYCLE);
        return new RemoteConnectDomainEventDeregisterRet(0);
    }

    @Override
    public void connectDomainEventRegisterAny(Call call, RemoteConnectDomainEventRegisterAnyArgs args) {
        if (args.eventId() >= DomainEventMessages.FIRST_ALWAYS_NUMBERED) {
            throw Failures.internal("unsupported event ID " + args.eventId());
        }
        register(call, EventClass.DOMAIN, args.eventId(), ALL, false);
    }

    @Override
    public void connectDomainEventDeregisterAny(Call call, RemoteConnectDomainEventDeregisterAnyArgs args) {
        call.session().registrations().deregisterEvent(args.eventId());
    }

    @Override
    public RemoteConnectDomainEventCallbackRegisterAnyRet connectDomainEventCallbackRegisterAny(
            Call call, RemoteConnectDomainEventCallbackRegisterAnyArgs args) {
        var object = args.dom() == null ? ALL : args.dom().uuid().toString();
        return new RemoteConnectDomainEventCallbackRegisterAnyRet(
                register(call, EventClass.DOMAIN, args.eventId(), object, true));
    }

    @Override
    public void connectDomainEventCallbackDeregisterAny(
            Call call, RemoteConnectDomainEventCallbackDeregisterAnyArgs args) {
        call.session().registrations().deregister(EventClass.DOMAIN, args.callbackId());
    }

    @Override
    public RemoteConnectNetworkEventRegisterAnyRet connectNetworkEventRegisterAny(
            Call call, RemoteConnectNetworkEventRegisterAnyArgs args) {
        var object = args.net() == null ? ALL : args.net().uuid().toString();
        return new RemoteConnectNetworkEventRegisterAnyRet(
                register(call, EventClass.NETWORK, args.eventId(), object, true));
    }

    @Override
    public void connectNetworkEventDeregisterAny(Call call, RemoteConnectNetworkEventDeregisterAnyArgs args) {
        call.session().registrations().deregister(EventClass.NETWORK, args.callbackId());
    }

    @Override
    public RemoteConnectStoragePoolEventRegisterAnyRet connectStoragePoolEventRegisterAny(
            Call call, RemoteConnectStoragePoolEventRegisterAnyArgs args) {
        var object = args.pool() == null ? ALL : args.pool().uuid().toString();
        return new RemoteConnectStoragePoolEventRegisterAnyRet(
                register(call, EventClass.STORAGE_POOL, args.eventId(), object, true));
    }

    @Override
    public void connectStoragePoolEventDeregisterAny(Call call, RemoteConnectStoragePoolEventDeregisterAnyArgs args) {
        call.session().registrations().deregister(EventClass.STORAGE_POOL, args.callbackId());
    }

    @Override
    public RemoteConnectNodeDeviceEventRegisterAnyRet connectNodeDeviceEventRegisterAny(
            Call call, RemoteConnectNodeDeviceEventRegisterAnyArgs args) {
        var object = args.dev() == null ? ALL : args.dev().name();
        return new RemoteConnectNodeDeviceEventRegisterAnyRet(
                register(call, EventClass.NODE_DEVICE, args.eventId(), object, true));
    }

    @Override
    public void connectNodeDeviceEventDeregisterAny(Call call, RemoteConnectNodeDeviceEventDeregisterAnyArgs args) {
        call.session().registrations().deregister(EventClass.NODE_DEVICE, args.callbackId());
    }

    @Override
    public RemoteConnectSecretEventRegisterAnyRet connectSecretEventRegisterAny(
            Call call, RemoteConnectSecretEventRegisterAnyArgs args) {
        var object = args.secret() == null ? ALL : args.secret().uuid().toString();
        return new RemoteConnectSecretEventRegisterAnyRet(
                register(call, EventClass.SECRET, args.eventId(), object, true));
    }

    @Override
    public void connectSecretEventDeregisterAny(Call call, RemoteConnectSecretEventDeregisterAnyArgs args) {
        call.session().registrations().deregister(EventClass.SECRET, args.callbackId());
    }

    @Override
    public void connectRegisterCloseCallback(Call call) {
        // The hypervisor lives and dies with the daemon, whose end the client sees by itself.
        call.connection();
    }

    @Override
    public void connectUnregisterCloseCallback(Call call) {
        call.connection();
    }

    private static int register(Call call, EventClass objects, int eventId, String object, boolean numbered) {
        var registered = call.session().registrations().register(call.connection(), objects, eventId, object, numbered);
        call.afterReply(registered.told());
        return registered.callbackId();
    }
}
