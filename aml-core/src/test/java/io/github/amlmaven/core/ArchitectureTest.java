package io.github.amlmaven.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between packages that must not be drawn. */
@AnalyzeClasses(packages = "io.github.amlmaven", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CORE = "io.github.amlmaven.core.";

    @ArchTest
    static final ArchRule coreKnowsNeitherMavenNorTheEmulator = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.maven..", "org.codehaus.plexus..", "io.github.amlmaven.emulator..");

    @ArchTest
    static final ArchRule edgesKnowNoUseCase = noClasses()
            .that()
            .resideInAnyPackage(CORE + "arm..", CORE + "cloud..", CORE + "storage..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    CORE + "asset..",
                    CORE + "model..",
                    CORE + "job..",
                    CORE + "image..",
                    CORE + "pipeline..",
                    CORE + "spec..",
                    CORE + "registry..",
                    CORE + "containerinstance..",
                    CORE + "kubernetes..",
                    CORE + "scoring..",
                    CORE + "python..");

    @ArchTest
    static final ArchRule resourceManagerIsBelowTheCloud = noClasses()
            .that()
            .resideInAPackage(CORE + "arm..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CORE + "cloud..", CORE + "storage..");

    @ArchTest
    static final ArchRule specsSendNothing = noClasses()
            .that()
            .resideInAPackage(CORE + "spec..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.azure..", CORE + "arm..", CORE + "cloud..");

    @ArchTest
    static final ArchRule nothingPrintsOrSetsSystemProperties = noClasses()
            .should()
            .callMethod(System.class, "setProperty", String.class, String.class)
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err");
}
