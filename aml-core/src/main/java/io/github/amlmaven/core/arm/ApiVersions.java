package io.github.amlmaven.core.arm;

/**
 * The {@code api-version} that each service is asked for. One stable version a provider, so that a recorded request
 * says the same as a sent one; previews only where no stable version has the operation.
 */
public final class ApiVersions {

    /**
     * Microsoft.MachineLearningServices. The resource types of 2025-12-01, 2026-03-01 and 2026-05-01 are identical but
     * for the version string (Azure/bicep-types-az), so the oldest of the three reaches the most clouds.
     */
    public static final String MACHINE_LEARNING = "2025-12-01";

    /** Microsoft.ContainerInstance, newest stable (Azure/bicep-types-az). */
    public static final String CONTAINER_INSTANCE = "2025-09-01";

    /** Microsoft.ContainerRegistry, newest stable (Azure/bicep-types-az). */
    public static final String CONTAINER_REGISTRY = "2025-11-01";

    /** Microsoft.ContainerService (managed clusters), newest stable that the typed clients' tables name too. */
    public static final String CONTAINER_SERVICE = "2026-04-01";

    /** Subscriptions themselves (Microsoft.Resources), newest stable. */
    public static final String SUBSCRIPTIONS = "2022-12-01";

    /** Microsoft.ManagedIdentity, the version of azure-resourcemanager-msi 2.53. */
    public static final String MANAGED_IDENTITY = "2023-01-31";

    /** Microsoft.Authorization role assignments, newest stable. */
    public static final String AUTHORIZATION = "2022-04-01";

    /** Microsoft.Insights metrics, newest stable version of {@code metrics} for one resource. */
    public static final String METRICS = "2023-10-01";

    /** Microsoft.Web, the version of azure-resourcemanager-appservice 2.54. */
    public static final String APP_SERVICE = "2025-03-01";

    /** Microsoft.Storage, the version of azure-resourcemanager-storage 2.5x. */
    public static final String STORAGE = "2024-01-01";

    /** Run history data plane, as {@code azure-ai-ml} sends it. */
    public static final String RUN_HISTORY = "v1.0";

    private ApiVersions() {}
}
