package io.github.amlmaven.emulator.junit;

import io.github.amlmaven.emulator.service.EmulatorOptions;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts one emulator for a test class, on free ports and in a folder of its own, and stops it after the last test.
 *
 * <pre>{@code
 * @AmlEmulator
 * class ModelTest {
 *     @Test
 *     void registers(Emulator emulator) { ... }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(AmlEmulatorExtension.class)
public @interface AmlEmulator {

    String resourceGroup() default EmulatorOptions.DEFAULT_RESOURCE_GROUP;

    String workspace() default EmulatorOptions.DEFAULT_WORKSPACE;

    /** Refuse requests that the specification does not allow. */
    boolean strict() default true;

    /** Whether the registry may pull base images from public registries. */
    boolean upstream() default false;
}
