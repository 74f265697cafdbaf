package io.github.amlmaven.emulator.junit;

import io.github.amlmaven.emulator.Emulator;
import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Behind {@link AmlEmulator}: resolves parameters of type {@link Emulator}, the same one for all tests of a class. */
public final class AmlEmulatorExtension implements BeforeAllCallback, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(AmlEmulatorExtension.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getStore(NAMESPACE).computeIfAbsent(Running.class, key -> Running.start(options(context)));
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Emulator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE)
                .computeIfAbsent(Running.class, key -> Running.start(options(context)), Running.class)
                .emulator();
    }

    private static EmulatorOptions options(ExtensionContext context) {
        EmulatorOptions usual = EmulatorOptions.in(temporaryHome());
        return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), AmlEmulator.class)
                .map(wanted -> new EmulatorOptions(
                        usual.home(),
                        0,
                        0,
                        usual.subscriptionId(),
                        wanted.resourceGroup(),
                        wanted.workspace(),
                        wanted.strict(),
                        wanted.upstream()))
                .orElse(usual);
    }

    private static Path temporaryHome() {
        try {
            return Files.createTempDirectory("aml-emulator");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a folder for the emulator", e);
        }
    }

    /** The store of a test class closes it with the class. */
    private record Running(Emulator emulator) implements AutoCloseable {

        static Running start(EmulatorOptions options) {
            try {
                return new Running(Emulator.start(options));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot start the emulator", e);
            }
        }

        @Override
        public void close() throws IOException {
            emulator.close();
            List<Path> deepestFirst;
            try (Stream<Path> files = Files.walk(emulator.home())) {
                deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        }
    }
}
