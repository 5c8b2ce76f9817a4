package dev.posada.client;

import dev.posada.model.TypedParameter;
import dev.posada.protocol.DomainRef;
import dev.posada.protocol.RemoteDomainGetLaunchSecurityInfoArgs;
import dev.posada.protocol.RemoteDomainSetLaunchSecurityStateArgs;
import dev.posada.protocol.WireParameters;
import java.util.List;

/** What a guest whose memory is encrypted can prove of itself, and the secrets it is given. */
public final class LaunchSecurity {
    private final Connection connection;
    private final DomainRef domain;

    LaunchSecurity(Connection connection, DomainRef domain) {
        this.connection = connection;
        this.domain = domain;
    }

    /** What is known of the launch, by name; nothing for a guest without such protection. */
    public List<TypedParameter> figures() {
        return WireParameters.decode(connection
                .remote()
                .domainTuning()
                .domainGetLaunchSecurityInfo(new RemoteDomainGetLaunchSecurityInfoArgs(domain, 0))
                .params());
    }

    /** Puts a secret into the guest's memory, as the parameters {@code sev-secret} and others say. */
    public void set(List<TypedParameter> parameters) {
        connection
                .remote()
                .domainTuning()
                .domainSetLaunchSecurityState(
                        new RemoteDomainSetLaunchSecurityStateArgs(domain, WireParameters.encode(parameters), 0));
    }
}
