package dev.posada.virsh;

import java.util.Optional;

/** Commands that change domains as a whole. */
final class DomainLifeCommands {
    private DomainLifeCommands() {}

    /** Makes the command of that name; empty for a name that is not one of these. */
    static Optional<Command> command(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "autostart" -> StartDomain.autostart();
                    case "create" -> StartDomain.create();
                    case "define" -> StartDomain.define();
                    case "desc" -> Describe.desc();
                    case "destroy" -> StopDomain.destroy();
                    case "dom-fd-associate" -> GuestProtection.associateFiles();
                    case "domdirtyrate-calc" -> GuestProtection.dirtyRate();
                    case "domdisplay" -> Screens.domdisplay();
                    case "domfsfreeze" -> GuestInside.freeze();
                    case "domfsinfo" -> GuestInside.fileSystems();
                    case "domfsthaw" -> GuestInside.thaw();
                    case "domfstrim" -> GuestInside.trim();
                    case "domhostname" -> GuestInside.hostname();
                    case "domid" -> DomainNames.domid();
                    case "domjobabort" -> DomainJobs.abort();
                    case "domjobinfo" -> DomainJobs.info();
                    case "domlaunchsecinfo" -> GuestProtection.launchInfo();
                    case "domname" -> DomainNames.domname();
                    case "dompmsuspend" -> StopDomain.pmSuspend();
                    case "dompmwakeup" -> StopDomain.pmWakeup();
                    case "domrename" -> DomainNames.domrename();
                    case "domsetlaunchsecstate" -> GuestProtection.setLaunchState();
                    case "domuuid" -> DomainNames.domuuid();
                    case "domxml-from-native" -> DomainDocuments.fromNative();
                    case "domxml-to-native" -> DomainDocuments.toNative();
                    case "dump" -> SaveDomain.dump();
                    case "dumpxml" -> DomainDocuments.dumpxml();
                    case "edit" -> DomainDocuments.edit();
                    case "get-user-sshkeys" -> GuestInside.sshKeys();
                    case "guest-agent-timeout" -> QemuCommands.agentTimeout();
                    case "guestinfo" -> GuestInside.info();
                    case "inject-nmi" -> StopDomain.injectNmi();
                    case "lxc-enter-namespace" -> GuestProtection.enterNamespace();
                    case "managedsave" -> ManagedSaves.save();
                    case "managedsave-define" -> ManagedSaves.define();
                    case "managedsave-dumpxml" -> ManagedSaves.dumpxml();
                    case "managedsave-edit" -> ManagedSaves.edit();
                    case "managedsave-remove" -> ManagedSaves.remove();
                    case "metadata" -> Describe.metadata();
                    case "migrate" -> Migrate.command();
                    case "migrate-compcache" -> MigrationSettings.cache();
                    case "migrate-getmaxdowntime" -> MigrationSettings.downtime();
                    case "migrate-getspeed" -> MigrationSettings.speed();
                    case "migrate-postcopy" -> MigrationSettings.postCopy();
                    case "migrate-setmaxdowntime" -> MigrationSettings.setDowntime();
                    case "migrate-setspeed" -> MigrationSettings.setSpeed();
                    case "qemu-agent-command" -> QemuCommands.agent();
                    case "qemu-attach" -> QemuCommands.attach();
                    case "qemu-monitor-command" -> QemuCommands.monitor();
                    case "reboot" -> StopDomain.reboot();
                    case "reset" -> StopDomain.reset();
                    case "restore" -> SaveDomain.restore();
                    case "resume" -> StopDomain.resume();
                    case "save" -> SaveDomain.save();
                    case "save-image-define" -> SaveDomain.imageDefine();
                    case "save-image-dumpxml" -> SaveDomain.imageDumpxml();
                    case "save-image-edit" -> SaveDomain.imageEdit();
                    case "screenshot" -> Screens.screenshot();
                    case "send-key" -> SendKeys.keys();
                    case "send-process-signal" -> SendKeys.signal();
                    case "set-lifecycle-action" -> GuestProtection.lifecycleAction();
                    case "set-user-password" -> GuestInside.setPassword();
                    case "set-user-sshkeys" -> GuestInside.setSshKeys();
                    case "shutdown" -> StopDomain.shutdown();
                    case "start" -> StartDomain.start();
                    case "suspend" -> StopDomain.suspend();
                    case "ttyconsole" -> Screens.ttyconsole();
                    case "undefine" -> UndefineDomain.command();
                    case "vncdisplay" -> Screens.vncdisplay();
                    default -> null;
                });
    }
}
