package io.github.amlmaven.plugin;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.apache.maven.plugin.AbstractMojo;

/** Arrows go one way: goals use the sub-packages and the library, never the other way round. */
@AnalyzeClasses(packages = "io.github.amlmaven", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String PLUGIN = "io.github.amlmaven.plugin";

    @ArchTest
    static final ArchRule goalsAreInTheRoot =
            classes().that().areAssignableTo(AbstractMojo.class).should().resideInAPackage(PLUGIN);

    @ArchTest
    static final ArchRule nothingBelowKnowsAGoal = noClasses()
            .that()
            .resideInAnyPackage(
                    PLUGIN + ".config", PLUGIN + ".local", PLUGIN + ".record", PLUGIN + ".progress", PLUGIN + ".stop")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(PLUGIN);

    @ArchTest
    static final ArchRule onlyTheLocalCloudRunsTheEmulator = noClasses()
            .that()
            .resideInAPackage(PLUGIN + "..")
            .and()
            .resideOutsideOfPackage(PLUGIN + ".local")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("io.github.amlmaven.emulator.Emulator");

    @ArchTest
    static final ArchRule onlyThePluginKnowsMaven = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.amlmaven.plugin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.maven..", "org.codehaus.plexus..", "javax.inject..", "io.github.amlmaven.plugin..");

    @ArchTest
    static final ArchRule thePluginParsesNoYaml = noClasses()
            .that()
            .resideInAPackage("io.github.amlmaven.plugin..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.yaml..", "com.fasterxml.jackson.dataformat..");

    /** A goal may hand a client on, but neither sends a request nor reads an answer. */
    @ArchTest
    static final ArchRule goalsSpeakNoHttp = noClasses()
            .that()
            .areAssignableTo(AbstractMojo.class)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.azure.core.http.HttpRequest")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.azure.core.http.HttpResponse")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.HttpURLConnection")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net.http..", "com.sun.net..", "com.azure.core.http.rest..");

    @ArchTest
    static final ArchRule goalsParseNoJson = noClasses()
            .that()
            .areAssignableTo(AbstractMojo.class)
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("com.fasterxml.jackson.databind.ObjectMapper");

    @ArchTest
    static final ArchRule theLibraryKnowsNoEmulator = noClasses()
            .that()
            .resideInAPackage("io.github.amlmaven.core..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.amlmaven.emulator..");
}
