package io.github.amlmaven.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.maven.plugin.AbstractMojo;

/** Arrows go one way: goals use the sub-packages, never the other way round. */
@AnalyzeClasses(packages = "io.github.amlmaven.plugin", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String PLUGIN = "io.github.amlmaven.plugin";

    @ArchTest
    static final ArchRule goalsAreInTheRoot =
            classes().that().areAssignableTo(AbstractMojo.class).should().resideInAPackage(PLUGIN);

    @ArchTest
    static final ArchRule nothingBelowKnowsAGoal = noClasses()
            .that()
            .resideInAnyPackage(PLUGIN + ".config", PLUGIN + ".local", PLUGIN + ".record", PLUGIN + ".progress")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PLUGIN);

    @ArchTest
    static final ArchRule onlyTheLocalCloudRunsTheEmulator = noClasses()
            .that()
            .resideOutsideOfPackage(PLUGIN + ".local")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.github.amlmaven.emulator.Emulator");
}
