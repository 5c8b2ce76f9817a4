package dev.posada.conformance;

/** All claims. A driver's test class implements this and gets every one of them as a test of its own. */
public interface DriverSuite
        extends DefinitionClaims,
                LifecycleClaims,
                EventClaims,
                ResourceClaims,
                DeviceClaims,
                AccessClaims,
                SnapshotClaims,
                SaveClaims,
                SurvivalClaims {}
