package io.github.amlmaven.plugin.progress;

import org.slf4j.LoggerFactory;

/**
 * Keeps the Azure SDK's own log lines (raw JSON, one per request or failure) out of the build log; every failure is
 * reported by us once. With {@code -X} they stay.
 */
public final class SdkLogging {

    private static final String[] NOISY = {"com.azure", "com.microsoft.aad.msal4j", "com.google.api.client.http"};

    private SdkLogging() {}

    /**
     * Maven's logger reads its levels from system properties when a logger is made; there is no other way to set them
     * from a plugin. Only names of our own dependencies are touched.
     */
    public static void quieten(boolean debug) {
        if (debug) {
            return;
        }
        boolean maven4 = LoggerFactory.getILoggerFactory()
                .getClass()
                .getName()
                .equals("org.apache.maven.slf4j.MavenLoggerFactory");
        String prefix = maven4 ? "maven.logger.log." : "org.slf4j.simpleLogger.log.";
        for (String name : NOISY) {
            System.getProperties().putIfAbsent(prefix + name, "off");
        }
    }
}
