package io.github.amlmaven.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

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
            .resideInAnyPackage(CORE + "arm..", CORE + "cloud..", CORE + "storage..", CORE + "registry..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    CORE + "asset..",
                    CORE + "model..",
                    CORE + "job..",
                    CORE + "image..",
                    CORE + "pipeline..",
                    CORE + "spec..",
                    CORE + "containerinstance..",
                    CORE + "kubernetes..",
                    CORE + "scoring..",
                    CORE + "python..");

    @ArchTest
    static final ArchRule placesToDeployToKnowNeitherModelsNorSpecsNorEachOther = noClasses()
            .that()
            .resideInAnyPackage(CORE + "containerinstance..", CORE + "kubernetes..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    CORE + "asset..",
                    CORE + "model..",
                    CORE + "job..",
                    CORE + "image..",
                    CORE + "pipeline..",
                    CORE + "spec..",
                    CORE + "python..");

    @ArchTest
    static final ArchRule containerInstancesAndKubernetesKnowNothingOfEachOther = slices().matching(
                    CORE + "(containerinstance|kubernetes)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule contentKnowsErrorsAndProgressOnly = noClasses()
            .that()
            .resideInAPackage(CORE + "content..")
            .should()
            .dependOnClassesThat(resideInAPackage("io.github.amlmaven.core..")
                    .and(not(resideInAnyPackage(CORE + "content", CORE + "error", CORE + "progress"))));

    /** Bytes are hashed in one place, so that the same content has the same name everywhere. */
    @ArchTest
    static final ArchRule onlyContentHashes = noClasses()
            .that()
            .resideOutsideOfPackage(CORE + "content")
            .should()
            .dependOnClassesThat()
            .areAssignableTo(java.security.MessageDigest.class);

    @ArchTest
    static final ArchRule partsOfAnImageKnowNotWhatItIsMadeOf = noClasses()
            .that()
            .resideInAnyPackage(CORE + "image.layer..", CORE + "image.python..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CORE + "image");

    @ArchTest
    static final ArchRule partsOfAnImageKnowNothingOfEachOther =
            slices().matching(CORE + "image.(*)..").should().notDependOnEachOther();

    @ArchTest
    static final ArchRule onlyWaitingSleeps = noClasses()
            .that()
            .resideOutsideOfPackage(CORE + "progress")
            .should()
            .callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule onlySpecsReadYaml = noClasses()
            .that()
            .resideOutsideOfPackage(CORE + "spec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.yaml..");

    /** A spec and the schema that it is read by are one thing in two packages. */
    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(CORE + "(*)..").should().beFreeOfCycles();

    /** Specs ask the conversions of the first API; those, and the reading of YAML, know no spec. */
    @ArchTest
    static final ArchRule whatSpecsStandOnKnowsNoSpec = noClasses()
            .that()
            .resideInAnyPackage(CORE + "spec.v1..", CORE + "spec.yaml..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(CORE + "spec");

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
