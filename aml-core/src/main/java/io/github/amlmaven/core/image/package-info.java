/**
 * What a model is delivered as: the archive that is a Maven artifact, and the scoring image, built with Jib from base,
 * Python packages ({@code python}), model ({@code layer}) and code. Knows no deployment target.
 */
@NullMarked
package io.github.amlmaven.core.image;

import org.jspecify.annotations.NullMarked;
