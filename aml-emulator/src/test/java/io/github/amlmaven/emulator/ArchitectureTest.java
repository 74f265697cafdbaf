package io.github.amlmaven.emulator;

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
@AnalyzeClasses(packages = "io.github.amlmaven.emulator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.amlmaven.emulator";

    private static final String[] FLOOR = {
        ROOT + ".http..", ROOT + ".store..", ROOT + ".tls..", ROOT + ".service..", ROOT + ".spec.."
    };

    @ArchTest
    static final ArchRule theEmulatorKnowsNeitherTheLibraryNorMaven = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.amlmaven.core..",
                    "io.github.amlmaven.plugin..",
                    "org.apache.maven..",
                    "org.codehaus.plexus..");

    @ArchTest
    static final ArchRule onlyTheRootAndTheTestExtensionKnowTheWhole = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, ROOT + ".junit")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule nobodyNeedsJUnitButTheTestExtension = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".junit")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", ROOT + ".junit");

    @ArchTest
    static final ArchRule whatProvidersStandOnKnowsNoProvider = noClasses()
            .that()
            .resideInAnyPackage(FLOOR)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(not(resideInAnyPackage(FLOOR))));

    @ArchTest
    static final ArchRule jobsAndEndpointsDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage(ROOT + ".machinelearning..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".job..", ROOT + ".runhistory..");

    @ArchTest
    static final ArchRule onlyTheStoreKnowsTheDatabase = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".store", ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.h2..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();
}
