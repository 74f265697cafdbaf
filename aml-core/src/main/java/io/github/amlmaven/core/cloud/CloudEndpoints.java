package io.github.amlmaven.core.cloud;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Where a cloud's services are. A local run differs from Azure in these values and the credential, in nothing else.
 *
 * @param name {@code AzureCloud}, {@code AzureChinaCloud}, {@code AzureUSGovernment} or {@code local}
 * @param resourceManager base of Azure Resource Manager, without a trailing slash
 * @param authority base of Entra ID, without a trailing slash
 * @param managementAudience the resource that ARM tokens are for, without {@code /.default}
 * @param machineLearningAudience the resource that AML data-plane and online-endpoint tokens are for
 * @param storageSuffix host suffix of storage accounts ({@code core.windows.net})
 * @param trustedCertificate the only certificate to trust, for a local cloud; empty means the JVM's trust store
 */
public record CloudEndpoints(
        String name,
        URI resourceManager,
        URI authority,
        String managementAudience,
        String machineLearningAudience,
        String storageSuffix,
        Optional<X509Certificate> trustedCertificate) {

    public static final String LOCAL = "local";

    public static final CloudEndpoints AZURE = publicCloud(
            "AzureCloud",
            "https://management.azure.com",
            "https://login.microsoftonline.com",
            "https://ml.azure.com",
            "core.windows.net");

    public static final CloudEndpoints CHINA = publicCloud(
            "AzureChinaCloud",
            "https://management.chinacloudapi.cn",
            "https://login.chinacloudapi.cn",
            "https://ml.azure.cn",
            "core.chinacloudapi.cn");

    public static final CloudEndpoints US_GOVERNMENT = publicCloud(
            "AzureUSGovernment",
            "https://management.usgovcloudapi.net",
            "https://login.microsoftonline.us",
            "https://ml.azure.us",
            "core.usgovcloudapi.net");

    private static CloudEndpoints publicCloud(
            String name, String resourceManager, String authority, String mlAudience, String storageSuffix) {
        return new CloudEndpoints(
                name,
                URI.create(resourceManager),
                URI.create(authority),
                resourceManager,
                mlAudience,
                storageSuffix,
                Optional.empty());
    }

    /** Whether the services run on this machine, so that nothing leaves it. */
    public boolean isLocal() {
        return LOCAL.equals(name);
    }

    /**
     * The blob endpoint of a storage account.
     *
     * @param account the account's name
     * @param suffix the datastore's {@code endpoint}: a host suffix, with a port for a local cloud
     */
    public URI blobEndpoint(String account, String suffix) {
        // Sub-domains of localhost are loopback by RFC 6761, but the JVM asks a resolver that may not know; the
        // Blob service also takes the account as the first path segment there, as with any IP-style host.
        return suffix.startsWith("localhost:")
                ? URI.create("https://" + suffix + "/" + account)
                : URI.create("https://" + account + ".blob." + suffix);
    }
}
