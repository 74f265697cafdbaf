/** Deployments of Resource Manager templates: their expressions, and what makes their resources. Knows no resource type. */
@NullMarked
package io.github.amlmaven.emulator.template;

import org.jspecify.annotations.NullMarked;
